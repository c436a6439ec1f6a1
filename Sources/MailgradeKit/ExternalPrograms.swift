internal import CheckKit
internal import FoundationEssentials
internal import Glibc
internal import Grading
internal import MailModel
internal import Programs

extension ExternalCheck {
    /// The step of collecting that asks the program at each place. What it answers belongs to the domain: the program was told its name.
    var probe: Probe {
        Probe(
            outcome, needs, .running(check.id).sending(.run(program.words.joined(separator: " "))), isOfDomain: true
        ) { _, inputs in
            try await answer(to: try request(inputs.evidence, at: inputs.place))
        }
    }

    /// The program’s answer at a place of evidence, or why it was not asked there. Throws only when cancelled.
    func observe(_ evidence: Evidence, at place: Place) async throws -> Observed<any Fact> {
        let asked: ExternalRequest
        do throws(Absence) {
            asked = try request(evidence, at: place)
        } catch {
            return .absent(error)
        }
        return .present(try await answer(to: asked))
    }

    /// Runs the program, and reads its answer. Whatever the program does, the outcome says so; throws only when cancelled.
    func answer(to request: ExternalRequest) async throws -> ExternalOutcome {
        let program = Program(
            folder: program.folder, words: program.words,
            limits: Program.Limits(time: program.timeLimit, memory: program.memory))
        let digest = ProgramDigest.hex(of: program.path)
        var outcome = try await outcome(of: program, asked: request)
        outcome.program = digest
        return outcome
    }

    private func outcome(of program: Program, asked request: ExternalRequest) async throws -> ExternalOutcome {
        switch try await program.run(input: try request.json()) {
        case .failed(let failure): return unanswered("\(failure)")
        case .answered(let bytes):
            do throws(ExternalAnswer.Fault) {
                return try ExternalAnswer.read(bytes)
            } catch {
                return unanswered("\(error)")
            }
        }
    }

    private func unanswered(_ why: String) -> ExternalOutcome {
        ExternalOutcome(.inconclusive, why: "The program of \(check.id) (\(program.words[0])) \(why).")
    }
}

extension Plugin {
    /// What profiles declare themselves: how each program is asked, and the checks that judge its answers.
    static func external(_ checks: [ExternalCheck]) -> Plugin {
        Plugin(
            "External", summary: "Checks that the profile declares, each with a program.", probes: checks.map(\.probe),
            checks: checks.map(\.check))
    }
}

/// Digests of programs, so that evidence says which one answered. A file that has not changed is read once.
private enum ProgramDigest {
    /// Larger files have no digest.
    private static let limit = 64 << 20
    private static let known = Locked<[Key: String]>([:])

    private struct Key: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int
        let changed: [Int]

        init?(_ path: String) {
            var status = stat()
            // Reading what is no file could wait for ever.
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int(status.st_size)
            changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    /// SHA-256 of the file, hexadecimal; nil where it cannot be read.
    static func hex(of path: String) -> String? {
        guard let key = Key(path) else { return nil }
        if let digest = known.withLock({ $0[key] }) { return digest }
        guard let bytes = try? BoundedFile.read(path, limit: limit) else { return nil }
        let digest = SHA256.hex(bytes)
        known.withLock { $0[key] = digest }
        return digest
    }
}
