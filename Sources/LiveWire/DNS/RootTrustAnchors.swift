/// The keys of the root zone that are trusted when no other anchor is given.
///
/// Published by IANA in `root-anchors.xml` (https://data.iana.org/root-anchors/, RFC 9718); compared with Debian's
/// package dns-root-data 2024071801, which holds the same two. The first signs since October 2018, the second was
/// published in January 2025 to take over.
public enum RootTrustAnchors {
    /// The DS record of KSK-2017, key tag 20326.
    public static let ksk2017 =
        ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
    /// The DS record of KSK-2024, key tag 38696.
    public static let ksk2024 =
        ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"

    /// All of them.
    public static let all = [ksk2017, ksk2024]
}
