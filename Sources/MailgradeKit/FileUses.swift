internal import CheckKit
internal import Grading

/// Which files a run reads and writes. None is written that it reads, or that it writes for something else: found out before anything
/// is done.
package struct FileUses {
    /// What each file is, in words.
    private var uses: [FileIdentity: String] = [:]

    package init() {}

    /// Notes a file that is read; `-` is standard input, which may be a file as well.
    package mutating func reads(_ what: String, _ path: String?) {
        guard let path, let file = FileIdentity(path == "-" ? "/dev/stdin" : path) else { return }
        if uses[file] == nil { uses[file] = what }
    }

    /// Notes what profiles are made of: their files, those that they extend, and the programs that they name.
    package mutating func reads(_ policies: Policies) {
        for profile in policies.all.map(\.profile) {
            for path in profile.files { reads("a file of the profile \(profile.id)", path) }
            for check in profile.externalChecks { reads("the program of \(check.check.id)", check.program.path) }
        }
    }

    /// Notes a file that is written; `-` is standard output. Throws `UsageError` where it is another one already.
    package mutating func writes(_ what: String, _ path: String?) throws {
        guard let path, path != "-", let file = FileIdentity(path) else { return }
        if let other = uses.updateValue(what, forKey: file) {
            throw UsageError("\(other) and \(what) are both \(path). Name another file for one of them.")
        }
    }

    /// Notes a store, and the files that SQLite and the lock keep beside it. Throws `UsageError` where one is another file already.
    package mutating func writes(store path: String) throws {
        try writes("--store", path)
        for ending in ["-wal", "-shm", "-journal", ".lock"] { try writes("a part of --store", path + ending) }
    }
}
