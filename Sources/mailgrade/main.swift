print("mailgrade")
