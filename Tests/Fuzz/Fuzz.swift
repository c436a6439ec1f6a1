import Glibc

/// What libFuzzer calls with each input. Which reader gets it is said once, by the environment: `FUZZ_TARGET`.
///
/// A trap is a crash for the fuzzer, and so is a promise that is not kept: `require` traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen?.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// What libFuzzer calls first. Where the environment names no target, the names of all are written, one a line, and that is it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeRawPointer?, _ arguments: UnsafeRawPointer?) -> CInt {
    guard chosen == nil else { return 0 }
    for target in FuzzTarget.all { print(target.name) }
    fflush(nil)
    // The fuzzer takes any other way out for a crash.
    _exit(getenv("FUZZ_TARGET") == nil ? 0 : 2)
}

/// The target that the environment names.
private let chosen: FuzzTarget? = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) }
    return FuzzTarget.all.first { $0.name == name }
}()
