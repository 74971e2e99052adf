internal import EvidenceRecord
internal import Foundation
internal import SystemPackage

/// The system's viewer, as `xdg-open` finds it.
struct Viewer {
    private static let program = "xdg-open"

    let desk: Desk

    /// Hands a copy over and waits until the system has taken it.
    ///
    /// - Parameter path: absolute, so that nothing in a name can be an option or an address.
    func open(_ path: FilePath) throws {
        guard let program = Viewer.find() else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "There is no \(Viewer.program) on this system: install xdg-utils, or open the checked copy yourself: “\(path.string.shown)”.",
                zh: "本系统没有 \(Viewer.program)：请安装 xdg-utils，或自行打开已核验的副本“\(path.string.shown)”。")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [path.string]
        // Standard output is the document's alone.
        if desk.isJSON { process.standardOutput = FileHandle.standardError }
        do {
            try process.run()
        } catch {
            throw failed(path, en: "could not be started", zh: "无法启动")
        }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let status = process.terminationStatus
            throw failed(path, en: "ended with status \(status)", zh: "以状态 \(status) 结束")
        }
    }

    private func failed(_ path: FilePath, en: String, zh: String) -> EvidenceError {
        EvidenceError(
            .inputMissing,
            en:
                "\(Viewer.program) \(en): perhaps nothing here opens such files. The checked copy is “\(path.string.shown)”.",
            zh: "\(Viewer.program) \(zh)：可能没有能打开此类文件的程序。已核验的副本在“\(path.string.shown)”。")
    }

    /// The first `xdg-open` on the PATH; folders named relatively are passed over.
    private static func find() -> String? {
        (Speech.environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
            .map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
