import EvidenceFiles
import SystemPackage
import Testing

struct FilePathTests {
    private static let paths: [[UInt8]] =
        [
            "", "/", "a", "/a", "a/b", "/a/b", "a//b///", "//a", ".", "..", "../x", "a/.", "a/..", "/证据/案卷.json",
            "./\u{301}", "a b/ c",
        ]
        .map { Array($0.utf8) } + [[0x2f, 0xff, 0x2f, 0x80, 0xfe], [0xe8, 0xaf, 0x2f, 0x81]]

    @Test(arguments: paths) func `the folder of a path is what the library says`(bytes: [UInt8]) {
        let path = FilePath(rawBytes: bytes)
        #expect(path.parent == path.removingLastComponent())
    }

    @Test(arguments: paths, ["x", "x/y.json", "证据", "x//y/", "."])
    func `a component is added where the library adds it`(bytes: [UInt8], name: String) {
        let path = FilePath(rawBytes: bytes)
        #expect(path.appending(raw: name.utf8) == path.appending(name))
    }
}
