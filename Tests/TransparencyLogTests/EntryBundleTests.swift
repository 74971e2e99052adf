import Testing
import TransparencyLog

struct EntryBundleTests {
    @Test func `entries stand behind their lengths, big-endian`() throws {
        let long = [UInt8](repeating: 7, count: 0x0102)
        let bytes = try Tile.entryBundle(encode: [[0xaa, 0xbb], [], long])
        #expect(bytes == [0, 2, 0xaa, 0xbb, 0, 0, 1, 2] + long)
        #expect(try Tile.entryBundle(decode: bytes) == [[0xaa, 0xbb], [], long])
    }

    @Test func `entries up to 65,535 bytes, and up to 256 of them, fit`() throws {
        let largest = [UInt8](repeating: 1, count: 65_535)
        #expect(try Tile.entryBundle(decode: Tile.entryBundle(encode: [largest])) == [largest])
        #expect(code { _ = try Tile.entryBundle(encode: [largest + [1]]) } == .malformedEntryBundle)
        let full = (0..<256).map { [UInt8($0)] }
        #expect(try Tile.entryBundle(decode: Tile.entryBundle(encode: full)) == full)
        #expect(code { _ = try Tile.entryBundle(encode: full + [[0]]) } == .malformedEntryBundle)
        #expect(code { _ = try Tile.entryBundle(encode: []) } == .malformedEntryBundle)
    }

    @Test func `a bundle that ends within an entry is refused`() throws {
        let bytes = try Tile.entryBundle(encode: [[1, 2, 3], [4, 5]])
        for count in 0..<bytes.count where count != 5 {
            #expect(code { _ = try Tile.entryBundle(decode: Array(bytes.prefix(count))) } == .malformedEntryBundle)
        }
        #expect(code { _ = try Tile.entryBundle(decode: bytes + [0]) } == .malformedEntryBundle)
        #expect(
            code { _ = try Tile.entryBundle(decode: [UInt8](repeating: 0, count: 514)) } == .malformedEntryBundle)
    }

    @Test func `a bundle has as many entries as its name says`() throws {
        let bytes = try Tile.entryBundle(encode: [[1], [2]])
        #expect(try Tile.entryBundle(decode: bytes, of: Tile.EntryBundleID(index: 0, width: 2)).count == 2)
        for width in [1, 3, 256] {
            let name = Tile.EntryBundleID(index: 0, width: width)
            #expect(code { _ = try Tile.entryBundle(decode: bytes, of: name) } == .malformedEntryBundle)
        }
    }
}
