// zlib, for what the store keeps.
#include <zlib.h>
