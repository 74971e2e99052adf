internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Makes small pictures of pictures and videos for a page, by ffmpeg, under the limits of ``ToolProcess``.
///
/// Only a help for the eye: what counts is the file itself.
package struct StillMaker: Sendable {
    /// The longer side, in pixels.
    private static let side = 640
    /// More than a JPEG of that size needs.
    private static let mostBytes = 512 * 1_024

    private let program: FilePath
    private let checkInterruption: @Sendable () throws -> Void

    /// Nil where ffmpeg is not installed.
    ///
    /// - Parameters:
    ///   - searchPath: the folders in which programs are, as in `PATH`.
    ///   - checkInterruption: throws where the person wants to stop.
    package init?(searchPath: String, checkInterruption: @escaping @Sendable () throws -> Void) {
        guard let program = MediaTool.find("ffmpeg", in: searchPath) else { return nil }
        self.program = program
        self.checkInterruption = checkInterruption
    }

    /// Whether a file of that type has something to see.
    package static func sees(_ mediaType: String) -> Bool {
        mediaType.hasPrefix("image/") || mediaType.hasPrefix("video/")
    }

    /// A JPEG of the picture, or of the video's first picture; nil where ffmpeg makes none of it, or the file can't be opened.
    ///
    /// - Parameter path: absolute.
    package func still(of path: FilePath) throws -> [UInt8]? {
        let file = path.withPlatformString { open($0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        guard file >= 0 else { return nil }
        defer { close(file) }
        let scale =
            "scale='min(\(StillMaker.side),iw)':'min(\(StillMaker.side),ih)':force_original_aspect_ratio=decrease"
        let words = [
            "-nostdin", "-loglevel", "quiet", "-threads", "1", "-protocol_whitelist", "file", "-format_whitelist",
            MediaFormats.pictures + "," + MediaFormats.recordings, "-i",
        ]
        let source = Array("file:".utf8) + ToolProcess.path(ofInput: 0)
        let rest = [
            "-map_metadata", "-1", "-an", "-sn", "-frames:v", "1", "-vf", scale, "-q:v", "5", "-f", "mjpeg", "pipe:1",
        ]
        let outcome = try ToolProcess.run(
            program, words.map { Array($0.utf8) } + [source] + rest.map { Array($0.utf8) }, inputs: [file],
            ToolProcess.Limits(seconds: 20, outputBytes: StillMaker.mostBytes), checkInterruption: checkInterruption)
        guard let outcome, outcome.status == 0, outcome.output.starts(with: [0xFF, 0xD8]) else { return nil }
        return outcome.output
    }
}
