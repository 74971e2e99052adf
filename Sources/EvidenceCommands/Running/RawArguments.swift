package import ArgumentParser
internal import EvidenceRecord
internal import Synchronization
package import SystemPackage

/// The process's arguments with their exact bytes.
///
/// Swift's `CommandLine.arguments` repairs what is not UTF-8, and a repaired path leads nowhere. Such an argument goes
/// through the parser as a token and is turned back into bytes where a path is wanted.
package enum RawArguments {
    private static let mark: Character = "\u{10FFFD}"
    private static let bytes: [[UInt8]] = (0..<Int(CommandLine.argc)).compactMap { index in
        CommandLine.unsafeArgv[index].map { pointer in
            Array(UnsafeBufferPointer(start: pointer, count: lengthOfString(pointer)).map { UInt8(bitPattern: $0) })
        }
    }
    private static let used = Mutex<Set<Int>>([])

    private static func lengthOfString(_ pointer: UnsafeMutablePointer<CChar>) -> Int {
        var count = 0
        while pointer[count] != 0 { count += 1 }
        return count
    }

    /// All arguments but the program's name, as the parser gets them.
    static let all: [String] = bytes.enumerated().dropFirst().map { index, bytes in
        String(validating: bytes, as: UTF8.self) ?? "\(mark)\(index)\(mark)"
    }

    /// Refuses to go on without even the program's name, as after no command at all.
    ///
    /// Swift on Linux finds the arguments through /proc/self/maps, and has none where that can't be read.
    static func requireThere() throws {
        guard bytes.isEmpty else { return }
        throw EvidenceError(
            .inputOutput,
            en: "The command's arguments could not be read, so nothing was done. Mount /proc, then run it again.",
            zh: "无法读取命令的参数，未执行任何操作。请挂载 /proc 后重新执行。")
    }

    /// The path that an argument names, its bytes as typed.
    static func path(_ argument: String) -> FilePath {
        guard argument.first == mark, let index = Int(argument.dropFirst().dropLast()), bytes.indices.contains(index)
        else {
            return FilePath(argument)
        }
        _ = used.withLock { $0.insert(index) }
        return FilePath(rawBytes: bytes[index])
    }

    /// Refuses arguments that are not UTF-8 and that no path has taken.
    static func requireAllUsed() throws {
        let used = used.withLock { $0 }
        for (index, argument) in bytes.enumerated().dropFirst()
        where String(validating: argument, as: UTF8.self) == nil && !used.contains(index) {
            throw EvidenceError(
                .usage, en: "Argument \(index) is not valid UTF-8; only file names may be.",
                zh: "第 \(index) 个参数不是有效的 UTF-8；只有文件名可以不是。")
        }
    }
}

/// A path on the command line.
package struct PathArgument: ExpressibleByArgument, Sendable {
    package let path: FilePath

    package init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        path = RawArguments.path(argument)
    }

    package static var defaultCompletionKind: CompletionKind { .file() }
}

extension FilePath {
    fileprivate init(rawBytes: [UInt8]) {
        self = (rawBytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            $0.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }
}
