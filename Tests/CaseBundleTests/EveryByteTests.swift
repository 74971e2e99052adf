import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// No byte of a bundle may be changed unseen.
struct EveryByteTests {
    /// Changes bytes of the files that are chosen, the first and the last of each and every `step`-th between.
    private func change(
        every step: Int, of bundle: SampleBundle, where isChosen: (Int) -> Bool = { _ in true }
    ) throws -> Int {
        var count = 0
        for (number, path) in bundle.paths.enumerated() where isChosen(number) {
            let original = try bundle.bytes(path)
            let places = Set(stride(from: count % step, to: original.count, by: step)).union([0, original.count - 1])
            for place in places.sorted() where original.indices.contains(place) {
                var bytes = original
                bytes[place] ^= place.isMultiple(of: 2) ? 0x01 : 0x20
                try bundle.write(path, bytes)
                let report = try bundle.verify()
                #expect(report.exitStatus == 1, "\(path) at \(place)")
                count += 1
            }
            try bundle.write(path, original)
        }
        #expect(try bundle.verify().isOK)
        return count
    }

    @Test(arguments: [false, true])
    func `a changed byte is found wherever it is`(_ isSlim: Bool) throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(isSlim: isSlim, hasSmallFiles: true)))
        #expect(try change(every: 4_001, of: bundle) { TestTier.isFull || $0 % 4 == 1 } > 25)
    }

    /// Minutes; in two parts, for two cores.
    @Test(.enabled(if: TestTier.isFull), arguments: 0..<2)
    func `every byte of a small bundle that is changed is found`(_ part: Int) throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(hasSmallFiles: true)))
        #expect(try change(every: 1, of: bundle) { $0 % 2 == part } > 1_000)
    }
}
