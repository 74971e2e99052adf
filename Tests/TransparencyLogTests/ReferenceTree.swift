import EvidenceCrypto
import TransparencyLog

/// RFC 6962 §2.1 written down as it stands there: recursive, slow, over all leaves; what the real code is compared with.
struct ReferenceTree {
    let leafHashes: [Digest]

    init(leaves: Int) {
        leafHashes = (0..<leaves).map { SHA256Hasher.hash([0x00] + Array("leaf \($0)".utf8)) }
    }

    init(entries: [[UInt8]]) {
        leafHashes = entries.map { SHA256Hasher.hash([0x00] + $0) }
    }

    func root(_ size: Int? = nil) -> Digest { mth(leafHashes.prefix(size ?? leafHashes.count)) }

    func path(_ index: Int, _ size: Int) -> [Digest] { path(index, leafHashes.prefix(size)) }

    func proof(_ oldSize: Int, _ size: Int) -> [Digest] { subproof(oldSize, leafHashes.prefix(size), true) }

    /// Storage for the real code.
    func read(_ subtrees: [SubtreeID]) -> [Digest] {
        subtrees.map { mth(leafHashes[Int($0.index) << $0.level..<Int($0.index + 1) << $0.level]) }
    }

    private func split(_ count: Int) -> Int {
        var k = 1
        while 2 * k < count { k *= 2 }
        return k
    }

    private func mth(_ d: ArraySlice<Digest>) -> Digest {
        if d.isEmpty { return SHA256Hasher.hash([]) }
        if d.count == 1 { return d[d.startIndex] }
        let k = split(d.count)
        return SHA256Hasher.hash([0x01] + mth(d.prefix(k)).bytes + mth(d.dropFirst(k)).bytes)
    }

    private func path(_ m: Int, _ d: ArraySlice<Digest>) -> [Digest] {
        if d.count == 1 { return [] }
        let k = split(d.count)
        return m < k
            ? path(m, d.prefix(k)) + [mth(d.dropFirst(k))] : path(m - k, d.dropFirst(k)) + [mth(d.prefix(k))]
    }

    private func subproof(_ m: Int, _ d: ArraySlice<Digest>, _ b: Bool) -> [Digest] {
        if m == d.count { return b ? [] : [mth(d)] }
        let k = split(d.count)
        return m <= k
            ? subproof(m, d.prefix(k), b) + [mth(d.dropFirst(k))]
            : subproof(m - k, d.dropFirst(k), false) + [mth(d.prefix(k))]
    }
}

/// The leaves that implementations of RFC 6962 have tested with since the first one, and their roots by size.
enum ClassicTree {
    static let entries: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], Array(0x40...0x43), Array(0x50...0x57), Array(0x60...0x6f),
    ]

    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
}

extension Digest {
    /// The digest with one bit changed.
    func changed(bit: Int = 0) -> Digest {
        var bytes = bytes
        bytes[bit / 8 % 32] ^= 1 << UInt8(bit % 8)
        return Digest(bytes) ?? self
    }
}

/// The code of the error that the body throws, or nil.
func code(_ body: () throws -> Void) -> TransparencyError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? TransparencyError)?.code
    }
}
