import EvidenceCommands
import EvidenceRecord
import EvidenceServices
import Testing

struct NextStepTextTests {
    private func ending(_ seqs: [UInt64]) -> String {
        var unlinked = NextStep.Unlinked()
        for seq in seqs { unlinked.append(seq) }
        let text = NextStepText.message(.linkToCase(unlinked, anyCaseIsOpen: true)).en
        return text.split(separator: " CASE ").last.map(String.init) ?? ""
    }

    @Test func `numbers are named one by one, as a range, or with what is left out marked`() {
        #expect(ending([12]) == "12")
        #expect(ending([12, 14, 15, 16, 17, 18]) == "12 14 15 16 17 18")
        #expect(ending(Array(12...18)) == "{12..18}")
        #expect(ending(Array(12...100_000)) == "{12..100000}")
        #expect(ending([12, 14, 15, 16, 17, 18, 19]) == "12 14 15 16 17 18 …")
    }
}
