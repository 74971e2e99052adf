internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import Inspection
internal import TransparencyLog

/// `evidence loop`: where every problem stands at the end of a day, over one archive or several.
///
/// Everything is derived from entries by the rules in the room Inspection; nothing of it is kept. What was recorded is not
/// verified here.
package struct LoopBoard {
    /// A case as the board shows it; one that was joined across archives is one.
    package struct Case: Sendable {
        /// The same case in each of the archives that have it, in front the one that the others join: what is changed in the
        /// others does not change what the case is called, and by what it is known to calendars.
        package let parts: [(archive: Int, facts: DossierFacts)]
        /// The steps in the order in which the rules took them, each with the archive that has it.
        package let steps: [(archive: Int, step: DossierFacts.Step)]
        package let standing: CaseStanding
        /// The name of the inspection that it was found in.
        package let inspection: String?
        package let county: String?

        package var opened: DossierOpened { parts[0].facts.opened }
        package var found: Day { parts.map(\.facts.date).min() ?? .first }
        package var isMajor: Bool {
            parts.contains { $0.facts.opened.details.severity == HazardSeverity.major.rawValue }
        }
        package var person: String { parts[0].facts.person }
    }

    /// An inspection as the board shows it.
    package struct Inspection: Sendable {
        package let archive: Int
        package let facts: DossierFacts
        /// The steps that the rules were told of, as a finding's step counts them.
        package let steps: [DossierFacts.Step]
        package let standing: InspectionStanding
    }

    package struct Board: Sendable {
        package let day: Day
        /// Whether all is heard that is in the archives, since nobody asked for the end of a day.
        package let isNow: Bool
        package var cases: [Case]
        package var inspections: [Inspection]
        /// What is missing in the one archive that was read, so that the rest may stand otherwise than is said here; nil for nothing.
        ///
        /// Of several, ``SeveralArchives/unread`` tells.
        package fileprivate(set) var damage: EvidenceError?

        /// Only what belongs to an inspection or lies in a county, where one is given.
        ///
        /// - Parameter damage: why not all inspections may be on it.
        /// - Throws: where there is no such inspection: a check that looks at nothing would pass for ever; `damage` then, if any.
        package func filtered(inspection: String?, county: String?, lacking damage: EvidenceError?) throws -> Board {
            var board = self
            if let inspection {
                guard inspections.contains(where: { $0.facts.opened.name.hasSameBytes(as: inspection) }) else {
                    throw damage ?? LoopBoard.noInspection(inspection, on: day)
                }
                board.cases.removeAll { $0.inspection?.hasSameBytes(as: inspection) != true }
                board.inspections.removeAll { !$0.facts.opened.name.hasSameBytes(as: inspection) }
            }
            if let county {
                board.cases.removeAll { !LoopBoard.isSame($0.county, county) }
                board.inspections.removeAll { !LoopBoard.isSame($0.facts.opened.details.county, county) }
            }
            return board
        }

        /// Whether something is overdue, due within the days that were asked for, or breaks a rule.
        package var needsAttention: Bool {
            cases.contains(where: \.standing.needsAttention) || inspections.contains(where: \.standing.needsAttention)
        }
    }

    /// What is known of one archive.
    struct ArchiveFacts: Sendable {
        let key: VerifierKey
        let cases: [DossierFacts]
        let inspections: [DossierFacts]
        /// See ``Board/damage``.
        let damage: EvidenceError?
    }

    package struct Request: Sendable {
        /// The end of this day in the person's time zone; nil for now.
        package var at: CivilDate?
        /// How many days ahead a deadline is near.
        package var within = 7
        package var calendar = WorkingCalendar.shipped

        package init() {}
    }

    /// Whether two people mean the same county: by the same name, or as two names of a region that is known.
    private static func isSame(_ county: String?, _ wanted: String) -> Bool {
        guard let county else { return false }
        if county.hasSameBytes(as: wanted) { return true }
        guard let region = Province.hainan.region(named: wanted) else { return false }
        return Province.hainan.region(named: county) == region
    }

    private static func noInspection(_ name: String, on day: Day) -> EvidenceError {
        EvidenceError(
            .inputMissing,
            en: "There is no inspection “\(name.shown)” on \(day). evidence inspection list shows them.",
            zh: "截至 \(day) 没有巡查“\(name.shown)”。可用 evidence inspection list 查看。")
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// What an archive says of its cases and inspections, at the moment that is read.
    func facts(_ reading: LogReading) throws -> ArchiveFacts {
        let reader = try DossierReader(reading, context)
        let (cases, inspections) = (try reader.dossiers(.caseOpened), try reader.dossiers(.inspectionOpened))
        return ArchiveFacts(
            key: reading.archive.created.key, cases: cases, inspections: inspections, damage: reader.damage)
    }

    /// The board of the archive that the context names, or of several.
    package func run(_ request: Request, _ several: SeveralArchives?) throws -> Board {
        if let several {
            let board = try run(request, facts(request, several))
            try warnOfStrangers(in: board.cases, several)
            return board
        }
        return try run(
            request, LogReading(context.openArchive(), context, until: request.at.flatMap { context.end(of: $0) }))
    }

    /// Says which archives join cases of an archive that this reader trusts without being trusted: their steps count, and may close
    /// what is open there.
    private func warnOfStrangers(in cases: [Case], _ several: SeveralArchives) throws {
        // As verify judges it, and only where there is something to judge.
        let trust = try TrustCheck(context.folders)
        func isTrusted(_ place: Int) -> Bool {
            let member = several.members[place]
            return (try? QuickCheck(member.context).run(member.archive.path, trust))?.trust != nil
        }
        let joined = cases.filter { item in item.steps.contains { $0.archive != item.parts[0].archive } }
        let places = Set(joined.flatMap { $0.parts.map(\.archive) })
        let trusted = places.filter(isTrusted)
        let strangers = joined.filter { item in item.parts.contains { trusted.contains($0.archive) } }
            .reduce(into: Set<Int>()) { $0.formUnion($1.steps.map(\.archive)) }.subtracting(trusted)
        for place in strangers.sorted() {
            let (name, key) = (several.members[place].archive.path.shown, several.members[place].archive.created.key)
            context.warn(
                Message(
                    en:
                        "“\(name)” adds steps of its own to cases of archives that you trust, and nothing on this machine says whose it is. Hear its key from its owner, then run evidence trust \(key.description.shown).",
                    zh:
                        "“\(name)”为您所信任的档案中的案件增加了步骤，而本机没有任何依据表明它属于谁。请向其所有者核实公钥，再执行 evidence trust \(key.description.shown)。"
                ))
        }
    }

    /// The board of one archive, at the moment that is read.
    func run(_ request: Request, _ reading: LogReading) throws -> Board {
        let facts = try facts(reading)
        var board = run(request, [facts])
        board.damage = facts.damage
        return board
    }

    /// The same of each of several archives, by its place among the members; those that can't be read say nothing, and are
    /// noted as unread.
    private func facts(_ request: Request, _ several: SeveralArchives) throws -> [ArchiveFacts] {
        let found = several.members.concurrentMap { member in
            Result {
                try LoopBoard(member.context).facts(
                    member.reading(until: request.at.flatMap { member.context.end(of: $0) }))
            }
        }
        return try zip(several.members, found).map { member, result in
            guard let facts = try several.attempt(member, { try result.get() }) else {
                return ArchiveFacts(key: member.archive.created.key, cases: [], inspections: [], damage: nil)
            }
            if let damage = facts.damage { try several.note(damage, of: member) }
            return facts
        }
    }

    /// - Parameter archives: the board gives each by its place here.
    private func run(_ request: Request, _ archives: [ArchiveFacts]) -> Board {
        let day = Day(request.at ?? context.localDay(context.now()))
        let inspections = archives.enumerated().flatMap { archive, facts in
            facts.inspections.map { (archive: archive, facts: $0) }
        }
        let groups = JoinedCases.groups(
            archives.map { JoinedCases.Source(key: $0.key, dossiers: $0.cases.map(\.dossier)) })
        let known = archives.map { archive in
            Dictionary(archive.cases.map { ($0.dossier.id, $0) }, uniquingKeysWith: { one, _ in one })
        }
        let names = Dictionary(
            inspections.map { (Key(archive: $0.archive, id: $0.facts.opened.id), $0.facts) },
            uniquingKeysWith: { one, _ in one })
        let board = groups.map { group in
            let parts = group.compactMap { part in
                known[part.archive][part.dossier.id].map { (archive: part.archive, facts: $0) }
            }.sorted { LoopBoard.isOriginal($0.facts) && !LoopBoard.isOriginal($1.facts) }
            let steps = LoopBoard.steps(of: parts, until: day)
            let standing = LoopBoard.facts(of: parts, steps.map(\.step))
                .standing(at: day, within: request.within, calendar: request.calendar)
            let parent = parts.lazy.flatMap { part in
                part.facts.parents.compactMap { names[Key(archive: part.archive, id: $0)] }
            }.first
            return Case(
                parts: parts, steps: steps, standing: standing, inspection: parent?.opened.name,
                county: parts.lazy.compactMap(\.facts.opened.details.county).first ?? parent?.opened.details.county)
        }
        let handedOver = LoopBoard.transfers(board)
        return Board(
            day: day, isNow: request.at == nil, cases: board,
            inspections: inspections.map { item in
                let steps = item.facts.steps.filter {
                    InspectionStepKind(rawValue: $0.taken.step) != nil && $0.date <= day
                }
                let transfers = handedOver[Key(archive: item.archive, id: item.facts.opened.id)] ?? 0
                let standing = LoopBoard.facts(of: item.facts, steps, transfers: transfers)
                    .standing(at: day, within: request.within, calendar: request.calendar)
                return Inspection(archive: item.archive, facts: item.facts, steps: steps, standing: standing)
            })
    }

    /// Whether a case was opened as one of its own, which others may join.
    private static func isOriginal(_ facts: DossierFacts) -> Bool { facts.opened.joins == nil }

    private struct Key: Hashable {
        let archive: Int
        let id: DossierID
    }

    /// How many cases of each inspection were handed over.
    private static func transfers(_ cases: [Case]) -> [Key: Int] {
        var counts: [Key: Int] = [:]
        for item in cases where item.standing.state == .transferred {
            for part in item.parts {
                for parent in part.facts.parents { counts[Key(archive: part.archive, id: parent), default: 0] += 1 }
            }
        }
        return counts
    }

    /// Steps of all parts by date; those of one day in the order in which their archives took them in.
    ///
    /// A step of a word that the regulation does not have says nothing to its rules, and neither does one that is said to
    /// have happened after the day.
    private static func steps(
        of parts: [(archive: Int, facts: DossierFacts)], until day: Day
    ) -> [(archive: Int, step: DossierFacts.Step)] {
        let all = parts.flatMap { part in
            part.facts.steps.filter { CaseStepKind(rawValue: $0.taken.step) != nil && $0.date <= day }
                .map { (archive: part.archive, step: $0) }
        }
        return all.enumerated().sorted { one, other in
            (one.element.step.date, one.offset) < (other.element.step.date, other.offset)
        }.map(\.element)
    }

    /// What the rules are asked about a case.
    private static func facts(
        of parts: [(archive: Int, facts: DossierFacts)], _ steps: [DossierFacts.Step]
    ) -> CaseFacts {
        CaseFacts(
            found: parts.map(\.facts.date).min() ?? .first,
            isMajor: parts.contains { $0.facts.opened.details.severity == HazardSeverity.major.rawValue },
            due: parts.lazy.compactMap(\.facts.opened.details.due).first.map { Day($0) },
            hasEvidence: parts.contains(where: \.facts.hasEvidence),
            steps: steps.compactMap { step in
                CaseStepKind(rawValue: step.taken.step).map { kind in
                    CaseStep(
                        kind: kind, date: step.date, hasEvidence: step.hasEvidence,
                        hasPicturesOrSound: step.hasPicturesOrSound,
                        passed: kind == .recheck ? step.taken.result.map { $0 == RecheckResult.passed.rawValue } : nil,
                        authority: step.taken.to, due: step.taken.due.map { Day($0) })
                }
            })
    }

    /// What the rules are asked about an inspection.
    private static func facts(
        of facts: DossierFacts, _ steps: [DossierFacts.Step], transfers: Int
    ) -> InspectionFacts {
        let details = facts.opened.details
        return InspectionFacts(
            county: details.county,
            team: details.team.compactMap { member in
                TeamRole(rawValue: member.role).map {
                    TeamMember(name: member.name, role: $0, rank: member.rank, unit: member.unit)
                }
            },
            drawn: details.drawn, planned: details.planned.map { (Day($0.from), Day($0.to)) },
            steps: steps.compactMap { step in
                InspectionStepKind(rawValue: step.taken.step).map {
                    InspectionStep(kind: $0, date: step.date, hasEvidence: step.hasEvidence)
                }
            }, openTransfers: transfers)
    }
}

extension ServiceContext {
    /// The first moment after a day in the person's time zone; nil after the last day of all.
    func end(of day: CivilDate) -> Timestamp? {
        let local = Int64(day.dayNumber + 1) * 86_400_000
        // The offset at that moment, which is not known before the moment is: the one a day earlier differs by an hour at
        // most, and then the second guess is right.
        let guess = local - Int64(zone.seconds(local)) * 1_000
        let moment = local - Int64(zone.seconds(guess)) * 1_000
        return Timestamp(milliseconds: moment)
    }
}
