// evidence-fuzz TARGET FILE…
//
// Runs inputs through one of the targets, and ends with a trap where one breaks a promise. Built by `scripts/fuzz` with
// `-DFUZZING` it invents inputs: it takes libFuzzer's arguments, and the target's name from the environment.
import EvidenceFuzzing
import Foundation

#if FUZZING
    import CLibFuzzer
    private let name = ProcessInfo.processInfo.environment["EVIDENCE_FUZZ"]
#else
    private let name = CommandLine.arguments.dropFirst().first
#endif

private let target: FuzzTarget = {
    if let target = FuzzTarget.all.first(where: { $0.name == name }) { return target }
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    exit(name == nil ? 0 : 64)
}()

private func run(_ bytes: [UInt8]) {
    do { try target.check(bytes) } catch { fatalError("\(target.name): \(error)") }
}

#if FUZZING
    private var count = CommandLine.argc
    private var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = target
    exit(
        LLVMFuzzerRunDriver(&count, &arguments) { start, size in
            run([UInt8](UnsafeBufferPointer(start: start, count: size)))
            return 0
        })
#else
    for name in CommandLine.arguments.dropFirst(2) { run([UInt8](try Data(contentsOf: URL(fileURLWithPath: name)))) }
#endif
