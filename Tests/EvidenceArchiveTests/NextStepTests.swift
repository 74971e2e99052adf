import EvidenceRecord
import EvidenceServices
import Testing

struct NextStepTests {
    private static let today = CivilDate(dayNumber: 20_000)

    private static let three: NextStep.Unlinked = {
        var unlinked = NextStep.Unlinked()
        unlinked.append(3)
        return unlinked
    }()

    /// Noon of a day so many days ago, UTC.
    private static func ago(_ days: Int) -> Timestamp? {
        Timestamp(milliseconds: Int64(20_000 - days) * 86_400_000 + 43_200_000)
    }

    private func choose(_ change: (inout NextStep.Facts) -> Void) -> NextStep? {
        var facts = NextStep.Facts()
        facts.unlinked = Self.three
        facts.anyCaseIsOpen = true
        facts.unanchored = 4
        change(&facts)
        return NextStep.choose(facts, today: Self.today) { $0.date }
    }

    @Test func `records without a case come first, each time where there are cases, else once a day`() {
        #expect(choose { _ in } == .linkToCase(Self.three, anyCaseIsOpen: true))
        #expect(choose { $0.advised["case"] = Self.today } == .linkToCase(Self.three, anyCaseIsOpen: true))
        #expect(choose { $0.anyCaseIsOpen = false } == .linkToCase(Self.three, anyCaseIsOpen: false))
        #expect(
            choose {
                $0.anyCaseIsOpen = false
                $0.advised["case"] = Self.today
            } == .carryOutCheckpoint(last: nil))
    }

    @Test func `a checkpoint is asked for once on a day on which none was carried out`() {
        #expect(choose { $0.unlinked = NextStep.Unlinked() } == .carryOutCheckpoint(last: nil))
        let yesterday = Self.ago(1)
        #expect(
            choose {
                $0.unlinked = NextStep.Unlinked()
                $0.checkpoint = yesterday
                $0.advised["checkpoint"] = CivilDate(dayNumber: 19_999)
            } == .carryOutCheckpoint(last: yesterday))
        for change: (inout NextStep.Facts) -> Void in [
            { $0.checkpoint = Self.ago(0) }, { $0.advised["checkpoint"] = Self.today }, { $0.unanchored = 0 },
        ] {
            #expect(
                choose {
                    $0.unlinked = NextStep.Unlinked()
                    change(&$0)
                } == .copyArchive(last: nil))
        }
    }

    @Test(arguments: [(0, false), (6, false), (7, true), (400, true)])
    func `a second copy is asked for once a day when the last is a week old`(_ days: Int, _ isAsked: Bool) {
        let copy = Self.ago(days)
        let step = choose {
            $0.unlinked = NextStep.Unlinked()
            $0.checkpoint = Self.ago(0)
            $0.copy = copy
        }
        #expect(step == (isAsked ? .copyArchive(last: copy) : nil))
        #expect(
            choose {
                $0.unlinked = NextStep.Unlinked()
                $0.checkpoint = Self.ago(0)
                $0.copy = copy
                $0.advised["copy"] = Self.today
            } == nil)
    }
}
