internal import LiveWire

extension Environment {
    /// What a command that has ended ends the process with, now that all is written: `unwritten` where not everything could be, whatever
    /// else it came to. Says why, where anything can still be said.
    package func ending(_ status: CommandStatus) -> CommandStatus {
        guard let why = output.failure() else { return errors.failure() == nil ? status : .unwritten }
        errors.write("Error: Not everything could be written to standard output: \(why).\n")
        return .unwritten
    }

    /// Ends the process with a sentence where it may not use what any command needs. To be called on the main thread, before anything
    /// asynchronous: what is needed for that is needed to say so as well.
    package static func refuseShortage() {
        do throws(Shortage) {
            try Shortage.refuseProcess()
        } catch {
            let machine = thisMachine
            machine.errors.write("Error: \(error)\n")
            endProcess(machine.ending(.usage))
        }
    }
}
