internal import Dispatch
package import EvidenceRecord
internal import Glibc
internal import Synchronization
package import SystemPackage

/// Asks `exiftool` and `ffprobe` what media files say of themselves.
///
/// Many files a process where the tool takes them, and as many processes as there are cores. Each has limits; where one
/// crashes, hangs or floods, its files are asked about one by one, so that a bad file costs its own metadata alone.
package final class MediaProber: Sendable {
    /// A file to be asked about.
    package struct File: Sendable {
        enum Place: Sendable {
            /// Absolute.
            case path(FilePath)
            /// Open to be read.
            case descriptor(Int32)
        }

        let place: Place
        /// As told from its content.
        let mediaType: String

        /// - Parameter path: absolute.
        package init(path: FilePath, mediaType: String) {
            place = .path(path)
            self.mediaType = mediaType
        }

        /// A file that tools are given open, so that no path need lead to it.
        ///
        /// - Parameter descriptor: stays open until the tools were asked.
        package init(descriptor: Int32, mediaType: String) {
            place = .descriptor(descriptor)
            self.mediaType = mediaType
        }
    }

    /// What was left undone.
    package struct Shortfall: Sendable {
        /// How many files nothing is known of because a tool is not installed.
        package var absent: [MediaTool: Int] = [:]
        /// How many files a tool could not open, or did not get through.
        package var failed: [MediaTool: Int] = [:]
    }

    /// A tool that fails on so many files is not asked any more.
    private static let mostFailures = 10

    private struct Installed: Sendable {
        let path: FilePath
        let record: MediaRecord.Tool
    }

    private struct State {
        var tools: [MediaTool: Installed?] = [:]
        var shortfall = Shortfall()
        /// Failures of a tool on one file alone.
        var failures: [MediaTool: Int] = [:]
    }

    private enum Report: Sendable {
        case exiftool(ExifToolReport)
        case ffprobe(FFprobeReport)
    }

    private let searchPath: String
    private let seconds: @Sendable (Int64) -> Int
    private let patience: Int
    private let checkInterruption: @Sendable () throws -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - searchPath: the folders in which programs are, as in `PATH`.
    ///   - seconds: seconds east of UTC, where the person is, at a moment in milliseconds since 1970.
    ///   - patience: how many seconds one file may take.
    ///   - checkInterruption: throws where the person wants to stop.
    package init(
        searchPath: String, seconds: @escaping @Sendable (Int64) -> Int, patience: Int = 20,
        checkInterruption: @escaping @Sendable () throws -> Void
    ) {
        self.searchPath = searchPath
        self.seconds = seconds
        self.patience = patience
        self.checkInterruption = checkInterruption
    }

    package var shortfall: Shortfall { state.withLock { $0.shortfall } }

    /// Whether any tool would be asked about a file of that type.
    package static func reads(_ mediaType: String) -> Bool { MediaTool.allCases.contains { $0.reads(mediaType) } }

    /// What the tools report of each file; nil where they have nothing to report.
    package func probe(_ files: [File]) throws -> [MediaRecord?] {
        var work: [(tool: MediaTool, installed: Installed, files: [Int])] = []
        for tool in MediaTool.allCases {
            let wanted = files.indices.filter { tool.reads(files[$0].mediaType) }
            guard !wanted.isEmpty else { continue }
            guard let installed = try find(tool) else {
                state.withLock { $0.shortfall.absent[tool, default: 0] += wanted.count }
                continue
            }
            for start in stride(from: 0, to: wanted.count, by: tool.filesAtOnce) {
                work.append((tool, installed, Array(wanted[start..<min(start + tool.filesAtOnce, wanted.count)])))
            }
        }
        let all = work
        let reports = try inParallel(all.count) { place in
            try self.ask(all[place].tool, all[place].installed, all[place].files, files)
        }
        return assemble(files.count, reports.flatMap { $0 })
    }

    /// Calls `body` with each number below `count`, on all cores.
    private func inParallel<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let shared = Mutex((next: 0, results: [Int: Result](), failure: (any Error)?.none))
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        DispatchQueue.concurrentPerform(iterations: min(cores, 16, max(1, count))) { _ in
            while true {
                let place = shared.withLock { shared -> Int? in
                    guard shared.failure == nil, shared.next < count else { return nil }
                    shared.next += 1
                    return shared.next - 1
                }
                guard let place else { return }
                do {
                    let result = try body(place)
                    shared.withLock { $0.results[place] = result }
                } catch {
                    shared.withLock { $0.failure = error }
                }
            }
        }
        return try shared.withLock { shared in
            if let failure = shared.failure { throw failure }
            return (0..<count).compactMap { shared.results[$0] }
        }
    }

    // MARK: Asking

    /// The tool and its version, looked for once.
    private func find(_ tool: MediaTool) throws -> Installed? {
        if let known = state.withLock({ $0.tools[tool] }) { return known }
        var found: Installed?
        if let path = tool.installed(searchPath) {
            let outcome = try ToolProcess.run(
                path, [Array(tool.versionArgument.utf8)],
                ToolProcess.Limits(seconds: patience, outputBytes: 64 * 1_024), checkInterruption: checkInterruption)
            let version = outcome.flatMap { $0.status == 0 ? tool.version(in: $0.output) : nil }
            // One that cannot even say its version is as good as absent.
            found = version.map { Installed(path: path, record: MediaRecord.Tool(name: tool.rawValue, version: $0)) }
        }
        state.withLock { $0.tools[tool] = .some(found) }
        return found
    }

    private typealias Answer = (file: Int, tool: MediaRecord.Tool, report: Report)

    private func ask(_ tool: MediaTool, _ installed: Installed, _ some: [Int], _ files: [File]) throws -> [Answer] {
        let isGivenUp = state.withLock { state in
            guard state.failures[tool, default: 0] >= MediaProber.mostFailures else { return false }
            state.shortfall.failed[tool, default: 0] += some.count
            return true
        }
        if isGivenUp { return [] }
        var inputs: [Int32] = []
        let paths = some.map { number in
            switch files[number].place {
            case .path(let path): return path.rawPath
            case .descriptor(let descriptor):
                inputs.append(descriptor)
                return ToolProcess.path(ofInput: inputs.count - 1)
            }
        }
        let limits = ToolProcess.Limits(seconds: patience + some.count, outputBytes: 64 * 1_024 * some.count)
        let outcome = try ToolProcess.run(
            installed.path, tool.arguments(paths), inputs: inputs, limits, checkInterruption: checkInterruption)
        if let outcome, tool.isOrderly(outcome.status),
            let reports = MediaProber.reports(tool, outcome.output, paths.map { String(decoding: $0, as: UTF8.self) })
        {
            let unread = reports.count { $0 == nil }
            if unread > 0 { state.withLock { $0.shortfall.failed[tool, default: 0] += unread } }
            return zip(some, reports).compactMap { file, report in report.map { (file, installed.record, $0) } }
        }
        guard some.count == 1 else { return try some.flatMap { try ask(tool, installed, [$0], files) } }
        state.withLock {
            $0.failures[tool, default: 0] += 1
            $0.shortfall.failed[tool, default: 0] += 1
        }
        return []
    }

    /// A report a file, nil where the tool could not open it; nil where the output is none.
    private static func reports(_ tool: MediaTool, _ output: [UInt8], _ paths: [String]) -> [Report?]? {
        switch tool {
        case .exiftool:
            guard let reports = ExifToolReport.reports(in: output) else { return nil }
            return paths.map { reports[$0].map { .exiftool($0) } }
        case .ffprobe: return FFprobeReport(output).map { [$0.isOpened ? .ffprobe($0) : nil] }
        }
    }

    // MARK: What it all says

    private func assemble(_ count: Int, _ answers: [Answer]) -> [MediaRecord?] {
        var media = [MediaRecord](repeating: MediaRecord(), count: count)
        var captures = [[CaptureTime]](repeating: [], count: count)
        var gps = [ClaimedTime?](repeating: nil, count: count)
        // exiftool's come first; of lengths and codecs, ffprobe knows more.
        for answer in answers {
            var filled = media[answer.file]
            switch answer.report {
            case .exiftool(let report):
                report.fill(&filled)
                captures[answer.file] += report.captures
                gps[answer.file] = report.gps
            case .ffprobe(let report):
                report.fill(&filled)
                captures[answer.file] += report.captures
            }
            filled.tools.append(answer.tool)
            media[answer.file] = filled
        }
        return media.indices.map { place in
            for time in captures[place] where media[place].captured == nil {
                media[place].captured = time.capture(gps: gps[place], seconds: seconds)
            }
            return media[place].isEmpty ? nil : media[place]
        }
    }
}

extension FilePath {
    /// The exact bytes of the path.
    fileprivate var rawPath: [UInt8] {
        withPlatformString { Array(UnsafeBufferPointer(start: $0, count: strlen($0))).map { UInt8(bitPattern: $0) } }
    }
}
