package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Where a path leads, for messages: safe to show.
extension FilePath {
    package var shown: String { string.shown }

    /// The exact bytes of the path.
    package var rawBytes: [UInt8] {
        withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    /// The path with these exact bytes, which hold no zero.
    package init(rawBytes: [UInt8]) {
        self = (rawBytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return FilePath() }
            return FilePath(platformString: base)
        }
    }
}

extension EvidenceError {
    /// What went wrong with a file, where the compiler does not know that it was a system call.
    package static func file(any error: any Error, _ path: FilePath, writing: Bool = false) -> EvidenceError {
        if let error = error as? EvidenceError { return error }
        return file(error as? Errno ?? .ioError, path, writing: writing)
    }

    /// What a failed system call means to a person.
    package static func file(_ errno: Errno, _ path: FilePath, writing: Bool = false) -> EvidenceError {
        let name = path.shown
        return switch errno {
        case .fileNameTooLong:
            EvidenceError(
                .inputMissing,
                en:
                    "The path “\(name)” is too long for this system. Go to a folder further down, or shorten the names of its folders, then run the command again.",
                zh: "路径“\(name)”过长，超出系统限制。请进入更深一层的文件夹，或缩短其中文件夹的名称，然后重新执行命令。")
        case .tooManySymbolicLinkLevels: Files.leadsThroughSymlink(path)
        case .noSuchFileOrDirectory, .notDirectory:
            EvidenceError(.inputMissing, en: "There is no “\(name)”. Check the path.", zh: "找不到“\(name)”，请检查路径。")
        case .permissionDenied, .notPermitted:
            EvidenceError(
                writing ? .inputOutput : .inputMissing,
                en: "You may not \(writing ? "write" : "read") “\(name)”. Change its permissions, or ask its owner.",
                zh: "没有权限\(writing ? "写入" : "读取")“\(name)”，请修改权限或联系其所有者。")
        case .noSpace, .diskQuotaExceeded:
            EvidenceError(
                .inputOutput,
                cause: Message(en: "The disk is full: “\(name)” could not be written.", zh: "磁盘已满，无法写入“\(name)”。"),
                advice: Message(en: "Free some space, then run the command again.", zh: "请腾出空间后重新执行命令。"))
        case .fileTooLarge:
            EvidenceError(
                .inputOutput,
                en:
                    "“\(name)” is larger than its file system takes (FAT32: 4 GiB), or than this process may write. Use a disk with exFAT, NTFS or ext4.",
                zh: "“\(name)”超过其文件系统（FAT32 为 4 GiB）或本进程允许的文件大小。请改用 exFAT、NTFS 或 ext4 格式的磁盘。")
        case .readOnlyFileSystem:
            EvidenceError(
                .refused, en: "“\(name)” is on a medium that cannot be written.", zh: "“\(name)”位于只读介质上，无法写入。")
        default:
            EvidenceError(
                .inputOutput, en: "“\(name)” could not be \(writing ? "written" : "read"): \(errno.reason.en).",
                zh: "无法\(writing ? "写入" : "读取")“\(name)”：\(errno.reason.zh)。")
        }
    }
}

extension Errno {
    /// What the system calls a failure, and what that may mean where its name does not say so.
    package var reason: Message {
        let chinese =
            switch self {
            case .ioError: "输入输出错误，设备可能已损坏"
            case .permissionDenied, .notPermitted: "没有权限"
            case .fileTooLarge: "超过允许的文件大小"
            case .isDirectory: "是文件夹"
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "打开的文件过多"
            case .resourceBusy, .textFileBusy: "正被占用"
            case .fileExists: "已存在"
            case .fileNameTooLong: "路径过长"
            case .noMemory: "内存不足"
            default: "系统错误 \(rawValue)"
            }
        let english =
            switch self {
            case .ioError: "input/output error, the device may be failing"
            case .fileNameTooLong: "the path is too long"
            default: description
            }
        return Message(en: english, zh: chinese)
    }
}
