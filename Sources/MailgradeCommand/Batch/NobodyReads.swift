/// Whoever read our output has gone: what is not written yet is of no use to anybody, and nobody is asked for it.
struct NobodyReads: Error {}
