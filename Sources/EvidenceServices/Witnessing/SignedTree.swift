internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog
internal import ZIPFile

/// A signed checkpoint with the hash tiles under it, from which proofs are made.
///
/// Nothing of it is trusted: what is made from the tiles is held against the checkpoint's root, and whose the checkpoint is
/// shows by its signature, which is not checked here.
struct SignedTree {
    let note: SignedNote
    let checkpoint: Checkpoint
    /// What the tiles are called where they don't fit.
    let place: Message
    let tile: (Tile.ID) throws -> [UInt8]

    /// An archive's newest checkpoint, with its index.
    init(of archive: Archive, _ context: ServiceContext) throws {
        (checkpoint, note) = try archive.newestCheckpoint()
        let index = try archive.index(context.folders)
        place = Message(
            en: "The index of “\(archive.path.shown)” does not belong to its newest checkpoint. Run evidence reindex.",
            zh: "“\(archive.path.shown)”的索引与最新检查点不符，请执行 evidence reindex。")
        tile = { try index.tile($0) }
    }

    /// The checkpoint of a log as it is published in a folder (C2SP tlog-tiles), with its tiles.
    init(published folder: FilePath) throws {
        try self.init(below: folder.string) { path, limit in
            let file = folder.appending(path)
            return try Files.statusFollowing(file) == nil ? nil : try Files.contents(of: file, limit: limit)
        }
    }

    /// The checkpoint of the log in a bundle's ZIP, with its tiles.
    init(bundle zip: ZIPReader) throws {
        let members = Dictionary(zip.members.map { ($0.name, $0.span) }) { first, _ in first }
        try self.init(below: zip.path.string) { path, limit in
            try members[Array("\(BundlePart.logFolder)/\(path)".utf8)].map { try $0.contents(limit: limit) }
        }
    }

    /// The checkpoint of a log as it is published on the web, with its tiles.
    init(at address: String, fetch: @escaping FetchAddress) throws {
        try self.init(below: address) { try fetch(VerifyArchive.address(address, $0), $1) }
    }

    /// - Parameter read: the bytes at a path below the log's prefix; nil where there is nothing.
    private init(below prefix: String, read: @escaping (_ path: String, _ limit: Int) throws -> [UInt8]?) throws {
        let source = TreeSource { try read($0.path, $0.largestSize()) }
        guard let bytes = try read(TreeResource.checkpoint.path, WitnessRequest.maximumSize) else {
            throw EvidenceError(
                .inputMissing, en: "“\(prefix.shown)” holds no archive, no bundle and no published log.",
                zh: "“\(prefix.shown)”中没有档案、案卷包，也没有已公布的日志。")
        }
        guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text) else {
            throw EvidenceError(
                .badInput, en: "The file checkpoint of “\(prefix.shown)” is no signed checkpoint.",
                zh: "“\(prefix.shown)”的 checkpoint 文件不是签名检查点。")
        }
        (self.note, self.checkpoint) = (note, checkpoint)
        let size = checkpoint.size
        let place = Message(
            en: "The hash tiles of “\(prefix.shown)” do not belong to its checkpoint: the copy is damaged or altered.",
            zh: "“\(prefix.shown)”的哈希分块与其检查点不符：副本已损坏或被改动。")
        self.place = place
        tile = { tile in
            // At the tree's edge there may be none but the one that is as wide as the tree is now, which begins with an older one.
            let edge = Tile.tile(level: tile.level, index: tile.index, treeSize: size) ?? tile
            guard let bytes = try source.bytes(of: edge.width > tile.width ? edge : tile) else {
                throw EvidenceError(.damaged, place)
            }
            return Array(bytes.prefix(tile.size))
        }
    }

    /// The root that the tree had at an older size, and the proof that the checkpoint extends it.
    ///
    /// - Precondition: `size` is at most the checkpoint's.
    /// - Throws: `damaged` where the tiles do not lead to the checkpoint's root.
    func history(from size: UInt64) throws -> (root: Digest, proof: [Digest]) {
        if size == 0 { return (MerkleHash.emptyRoot, []) }
        if size == checkpoint.size { return (checkpoint.root, []) }
        let root: Digest
        let proof: ConsistencyProof
        do {
            root = try MerkleProofs.root(size: size, read: read)
            proof = try MerkleProofs.consistency(oldSize: size, newSize: checkpoint.size, read: read)
        } catch is TransparencyError {
            throw EvidenceError(.damaged, place)
        }
        guard proof.verify(oldRoot: root, newRoot: checkpoint.root) else { throw EvidenceError(.damaged, place) }
        return (root, proof.hashes)
    }

    /// The request that asks to cosign the checkpoint, from an older size that the witness is at.
    func request(from size: UInt64) throws -> WitnessRequest {
        try WitnessRequest(
            oldSize: size, proof: size <= checkpoint.size ? try history(from: size).proof : [], note: note)
    }

    func read(_ subtrees: [SubtreeID]) throws -> [Digest] {
        try Tile.read(subtrees, treeSize: checkpoint.size) { try $0.map(tile) }
    }
}
