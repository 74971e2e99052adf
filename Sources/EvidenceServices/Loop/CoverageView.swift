package import EvidenceRecord
package import Inspection

/// `evidence coverage`: when each city and county was inspected last, and a plan for the years that follow.
package struct CoverageView {
    package struct View: Sendable {
        package let outlook: CoverageOutlook
        package let isNow: Bool
        /// Inspections that have begun and name no county, and so count for none.
        package let withoutCounty: [String]
        /// See ``LoopBoard/Board/damage``.
        package let damage: EvidenceError?
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Parameter years: how many years to plan for.
    package func run(
        _ request: LoopBoard.Request, of province: Province, years: Int, _ several: SeveralArchives?
    ) throws -> View {
        let board = try LoopBoard(context).run(request, several)
        let begun = board.inspections.compactMap { item in
            item.coveredOn.map { (name: item.facts.opened.name, county: item.facts.opened.details.county, day: $0) }
        }
        let coverage = Coverage(
            of: province, inspections: begun.compactMap { item in item.county.map { ($0, item.day) } }, at: board.day)
        return View(
            outlook: CoverageOutlook(coverage, at: board.day, years: years), isNow: board.isNow,
            withoutCounty: begun.filter { $0.county == nil }.map(\.name), damage: board.damage)
    }
}

extension LoopBoard.Inspection {
    /// When it covered its county: the day on which the team left, or came where it is there yet.
    ///
    /// Nil where it has not begun, and where it is of a township, a department or an enterprise (S2) and not of a county.
    var coveredOn: Day? {
        let kind = facts.opened.details.unitKind
        guard kind == nil || kind == InspectedUnitKind.county.rawValue else { return nil }
        return standing.onSite.map { $0.to ?? $0.from }
    }
}
