internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Glibc
package import Inspection
internal import MediaProbing
package import Pages
package import SystemPackage
internal import TransparencyLog

/// `evidence report`: a case or an inspection as one page for print.
///
/// The archive is verified for it, so that what the page says of the four properties of electronic records was really
/// checked. The page appears in one step, or not at all.
package struct MakeReport {
    package struct Request: Sendable {
        package let name: String
        /// The type that opens the dossier: a case's or an inspection's.
        package let kind: EntryType
        package let target: FilePath
        /// The program with its version.
        package let agent: String
        package let full: Bool
        package let mediaRoot: FilePath?
        /// The end of this day in the person's time zone; nil for now.
        package var at: CivilDate?

        package init(name: String, kind: EntryType, target: FilePath, agent: String, full: Bool, mediaRoot: FilePath?) {
            self.name = name
            self.kind = kind
            self.target = target
            self.agent = agent
            self.full = full
            self.mediaRoot = mediaRoot
        }
    }

    package struct Result: Sendable {
        /// The day that the report shows.
        package let day: Day
        package let verification: VerificationReport
        package let checks: [PropertyCheck]
        package let findings: Int
        /// Pictures and videos of which the page has no small picture.
        package let withoutStill: Int
    }

    private static let phase = Message(en: "writing the report", zh: "生成报告")

    package let context: ServiceContext
    private let fetch: FetchAddress

    package init(_ context: ServiceContext, fetch: @escaping FetchAddress) {
        self.context = context
        self.fetch = fetch
    }

    package func run(_ request: Request) throws -> Result {
        let place = try NewPlace(target: request.target, kind: .file)
        try place.prepare()
        let archive = try context.openArchive()
        let reading = try LogReading(archive, context, until: request.at.map { try end(of: $0) })
        let dossier = try reading.dossier(named: request.name, request.kind)
        if let day = request.at { try requireOpened(dossier, reading, on: day) }
        let verification = try VerifyArchive(context, fetch: fetch).run(
            VerifyArchive.Request(place: .path(archive.path), full: request.full, mediaRoot: request.mediaRoot))
        var loop = LoopBoard.Request()
        loop.at = request.at
        // What of this dossier is missing has the report refused below.
        let subject = try Subject(dossier, LoopBoard(context).run(loop, reading))

        let checkpoint = try archive.newestCheckpoint().checkpoint
        let stills = Stills(archive, context)
        let story = try CaseStory(
            reading, context, dossier,
            CaseStory.Extent(
                includes: { $0 < checkpoint.size }, isSlim: false, export: nil, size: checkpoint.size,
                root: checkpoint.root, anchors: UInt64(try reading.entries(of: .checkpointAnchored).count),
                trust: try TrustCheck(context.folders).anchors),
            shown: stills.shown)
        var content = FourChecks.Content()
        var timeline = subject.timeline
        try story.forEach(withFiles: false) { item in
            MakeReport.count(item, in: &content)
            if let day = MakeReport.day(of: item, context) { timeline.addRecord(on: day) }
        }
        content.findings = subject.standing.findings.count
        let checks = FourChecks(verification, content).items
        let page = ReportPage(
            story.head, subject.standing, timeline, agent: request.agent, madeOn: Day(context.localDay(context.now())))
        try place.write { new, _ in
            let file: OpenFile
            do { file = try OpenFile(new, O_WRONLY | O_CREAT | O_EXCL) } catch {
                throw EvidenceError.file(any: error, request.target, writing: true)
            }
            func put(_ html: HTML) throws {
                do { try html.bytes.withUnsafeBytes { try file.write($0) } } catch {
                    throw EvidenceError.file(any: error, request.target, writing: true)
                }
            }
            try put(page.beginning)
            var done = 0
            try story.forEach { item in
                done += 1
                try context.progress(ProgressSnapshot(phase: MakeReport.phase, filesDone: done))
                try put(page.entry(item))
            }
            try put(page.table)
            try story.forEach(withFiles: false) { try put(page.row($0)) }
            try put(page.end(checks))
            do { try file.sync() } catch {
                throw EvidenceError.file(any: error, request.target, writing: true)
            }
        }
        return Result(
            day: subject.standing.day, verification: verification, checks: checks,
            findings: subject.standing.findings.count,
            withoutStill: stills.missing)
    }

    /// The end of a day that is over.
    ///
    /// Until it is, a page that shows its end would leave out what is entered later that day.
    private func end(of day: CivilDate) throws -> Timestamp {
        if let end = context.end(of: day), end <= context.now() { return end }
        throw EvidenceError(
            .badInput, en: "\(day) is not over yet: leave --at out for a report as of now.",
            zh: "\(day) 尚未结束：要生成截至此刻的报告，请去掉 --at。")
    }

    private func requireOpened(_ dossier: LogReading.Dossier, _ reading: LogReading, on day: CivilDate) throws {
        let opening = try reading.archive.record(dossier.openedAt)
        if reading.hears(opening) { return }
        let (name, entered) = (dossier.opened.name.shown, context.localDay(opening.entry.time))
        throw EvidenceError(
            .inputMissing,
            en: "“\(name)” was entered on \(entered): at the end of \(day) this archive did not have it yet.",
            zh: "“\(name)”于 \(entered) 录入：截至 \(day) 日终，此档案中尚没有。")
    }

    private static func count(_ item: StoryItem, in content: inout FourChecks.Content) {
        content.entries.append(item.history.record.entry.seq)
        guard item.history.record.entry.type == .evidenceAdded else { return }
        guard let evidence = item.history.evidence else { return }
        content.records += 1
        if evidence.sealed != nil { content.sealed += 1 }
        for file in evidence.files {
            content.files += 1
            content.bytes.add(clamping: file.size)
            if file.held == .referenced { content.referenced += 1 }
        }
    }

    /// The day that a record is about; nil for any other entry.
    private static func day(of item: StoryItem, _ context: ServiceContext) -> Day? {
        guard let evidence = item.history.evidence else { return nil }
        return Day(evidence.moment?.date ?? context.localDay(item.history.record.entry.time))
    }
}

/// The case or inspection that a report is about, as the board has it.
private struct Subject {
    let standing: ReportPage.Standing
    let timeline: Timeline

    init(_ dossier: LogReading.Dossier, _ board: LoopBoard.Board) throws {
        var timeline = Timeline()
        if let found = board.cases.first(where: { $0.parts.contains { $0.facts.dossier.id == dossier.id } }) {
            let standing = found.standing
            timeline.add(.step, on: found.found, Message(en: "found", zh: "发现"))
            for item in found.steps { timeline.add(.step, on: item.step.date, Subject.label(item.step)) }
            if let due = standing.due {
                timeline.add(.deadline(isMissed: standing.isOverdue), on: due.lastDay, Message(en: "due", zh: "期限"))
            }
            self.standing = ReportPage.Standing(
                day: board.day, isNow: board.isNow, state: Words.state(standing.state), due: standing.due,
                isOverdue: standing.isOverdue, findings: standing.findings.map { (nil, $0) })
        } else if let found = board.inspections.first(where: { $0.facts.dossier.id == dossier.id }) {
            let standing = found.standing
            for step in found.steps { timeline.add(.step, on: step.date, Subject.label(step)) }
            if let site = standing.onSite, let to = site.to, site.from <= to { timeline.setStay(site.from...to) }
            for deadline in standing.deadlines {
                let last = deadline.deadline.lastDay
                timeline.add(
                    .deadline(isMissed: (deadline.metOn ?? board.day) > last), on: last,
                    Message(en: "due: \(deadline.rule.english)", zh: "期限：\(deadline.rule.chinese)"))
            }
            let cases = board.cases.filter { item in item.parts.contains { $0.facts.parents.contains(dossier.id) } }
            self.standing = ReportPage.Standing(
                day: board.day, isNow: board.isNow,
                state: Message(en: standing.state.english, zh: standing.state.chinese),
                due: standing.deadlines.first { $0.metOn == nil }?.deadline, isOverdue: standing.isOverdue,
                findings: standing.findings.map { (nil, $0) }
                    + cases.flatMap { item in item.standing.findings.map { (item.opened.name, $0) } })
        } else {
            throw LogReading.noDossier(dossier.opened.name, dossier.kind)
        }
        self.timeline = timeline
    }

    private static func label(_ step: DossierFacts.Step) -> Message {
        Message { language in
            language.noted(
                Words.step(step.taken.step, language), step.taken.result.map { Words.result($0, language) })
        }
    }
}

/// Small pictures of an archive's files.
private final class Stills {
    private let archive: Archive
    private let maker: StillMaker?
    private(set) var missing = 0

    init(_ archive: Archive, _ context: ServiceContext) {
        self.archive = archive
        maker = StillMaker(searchPath: context.searchPath, checkInterruption: context.checkInterruption)
    }

    func shown(_ file: FileRecord) throws -> CaseStory.Shown {
        guard StillMaker.sees(file.type) else { return .nothing }
        // What is not there is the verification's to tell.
        guard let path = try? Files.realPath(archive.objects.path(file.sha256)), let still = try maker?.still(of: path)
        else {
            missing += 1
            return .nothing
        }
        return .still("data:image/jpeg;base64," + Base64.encode(still))
    }
}
