/// The engine that collects and judges.
public enum Engine {
    /// Its version, stored with every piece of evidence and printed in every report.
    public static let version = "0.2.0"
}
