internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// A program that tells what media files say of themselves.
package enum MediaTool: String, Sendable, CaseIterable {
    case exiftool
    case ffprobe

    /// The package that brings it, as Debian calls it.
    package var debianPackage: String {
        switch self {
        case .exiftool: "libimage-exiftool-perl"
        case .ffprobe: "ffmpeg"
        }
    }

    /// Whether it is asked about a file of that type.
    func reads(_ mediaType: String) -> Bool {
        let isRecording = mediaType.hasPrefix("audio/") || mediaType.hasPrefix("video/")
        return isRecording || (self == .exiftool && mediaType.hasPrefix("image/"))
    }

    /// How many files one process is given.
    var filesAtOnce: Int { self == .exiftool ? 50 : 1 }

    /// The tool in the folders of `PATH`; nil where it is not installed.
    func installed(_ searchPath: String) -> FilePath? { MediaTool.find(rawValue, in: searchPath) }

    static func find(_ name: String, in searchPath: String) -> FilePath? {
        for folder in searchPath.split(separator: ":") where folder.hasPrefix("/") {
            let path = FilePath(String(folder)).appending(name)
            if path.withPlatformString({ access($0, X_OK) }) == 0 { return path }
        }
        return nil
    }

    var versionArgument: String { self == .exiftool ? "-ver" : "-version" }

    /// The version in what the tool says of itself.
    func version(in output: [UInt8]) -> String? {
        let line = String(decoding: output.prefix(1_024), as: UTF8.self).split(separator: "\n").first ?? ""
        let words = line.split(separator: " ").map(String.init)
        let version = self == .exiftool ? words.first : words.count > 2 ? words[2] : nil
        return version.flatMap { $0.utf8.count <= 64 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? $0 : nil }
    }

    /// What it is told to do with these files, whose paths begin with `/`.
    func arguments(_ files: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .exiftool: ExifToolReport.arguments.map { Array($0.utf8) } + files
        case .ffprobe: FFprobeReport.arguments.map { Array($0.utf8) } + files.map { Array("file:".utf8) + $0 }
        }
    }

    /// Statuses with which it ends in good order, whatever it thought of the files.
    func isOrderly(_ status: Int32?) -> Bool { status == 0 || status == 1 }
}
