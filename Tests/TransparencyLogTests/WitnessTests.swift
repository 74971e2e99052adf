import EvidenceCrypto
import Testing
import TransparencyLog

struct WitnessRequestTests {
    /// The request in C2SP tlog-witness.
    private static let published = """
        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

        """

    private static func code(_ text: String) -> TransparencyError.Code? {
        TransparencyLogTests.code { _ = try WitnessRequest(parsing: Array(text.utf8)) }
    }

    @Test func `the specification's request is read`() throws {
        let request = try WitnessRequest(parsing: Array(Self.published.utf8))
        #expect(request.oldSize == 20_852_014)
        #expect(request.proof.count == 4)
        #expect(request.checkpoint.origin == "example.com/behind-the-sofa")
        #expect(request.checkpoint.size == 20_852_163)
        #expect(request.note.signatures.count == 2)
        #expect(request.bytes == Array(Self.published.utf8))
        #expect(try WitnessRequest(oldSize: 20_852_014, proof: request.proof, note: request.note) == request)
    }

    @Test func `what does not begin with the old size is refused`() {
        let checkpoint = Self.published.split(separator: "\n\n", maxSplits: 1)[1]
        for head in [
            "", "\n", "old\n", "old \n", "old 1", "old -1\n\n", "old 01\n\n", "old +1\n\n", "old 1 \n\n", " old 1\n\n",
            "Old 1\n\n",
            "old 9223372036854775808\n\n", "old 1\r\n\n", "old  1\n\n", "old\t1\n\n",
        ] {
            #expect(Self.code(head + checkpoint) == .malformedRequest, "\(head)")
        }
    }

    @Test func `a proof is hashes in base64, and not too many`() {
        let checkpoint = Self.published.split(separator: "\n\n", maxSplits: 1)[1]
        let hash = Base64.encode(MerkleHash.leaf([]).bytes) + "\n"
        for line in ["x\n", " \n", hash.dropLast() + " \n", hash.dropLast(2) + "\n", "AAAA\n"] {
            #expect(Self.code("old 1\n\(line)\n\(checkpoint)") == .malformedRequest, "\(line)")
        }
        #expect(Self.code("old 1\n\(String(repeating: hash, count: 63))\n\(checkpoint)") == nil)
        #expect(Self.code("old 1\n\(String(repeating: hash, count: 64))\n\(checkpoint)") == .malformedRequest)
        #expect(Self.code("old 1\n\(hash)") == .malformedRequest)
        #expect(Self.code("old 1\n\(hash)\(checkpoint)") == .malformedRequest)
    }

    @Test func `behind the empty line stands a signed checkpoint and nothing else`() {
        #expect(Self.code("old 1\n\n") == .malformedNote)
        #expect(Self.code("old 1\n\nexample.com\n1\n\n— a AAAAAAAA\n") == .malformedCheckpoint)
        #expect(Self.code(Self.published + "\n") == .malformedNote)
        #expect(Self.code("old 1\n\n" + Self.published) == .malformedCheckpoint)
    }

    @Test func `a request may be large, and not too large`() throws {
        let text = Self.published.split(separator: "— ", maxSplits: 1)[0]
        func request(_ size: Int) -> [UInt8] {
            let rest = size - text.utf8.count - "— a \n".utf8.count
            precondition(rest % 4 == 0)
            return Array("\(text)— a \(String(repeating: "A", count: rest))\n".utf8)
        }
        let spare = (text.utf8.count + "— a \n".utf8.count) % 4
        _ = try WitnessRequest(parsing: request(WitnessRequest.maximumSize - 4 + spare))
        #expect(
            TransparencyLogTests.code {
                _ = try WitnessRequest(parsing: request(WitnessRequest.maximumSize + 4 + spare))
            }
                == .malformedRequest)
    }

    @Test func `the size in an answer is a number and a newline`() {
        let cases: [(String, UInt64?)] = [
            ("0\n", 0), ("50\n", 50), ("9223372036854775807\n", UInt64(Int64.max)), ("50", 50), ("", nil), ("\n", nil),
            ("050\n", nil), ("-1\n", nil), ("5 0\n", nil), ("50\n\n", nil), ("50\r\n", nil), (" 50\n", nil),
            ("9223372036854775808\n", nil),
        ]
        for (body, size) in cases { #expect(WitnessRequest.size(inAnswer: Array(body.utf8)) == size, "\(body)") }
    }
}

struct WitnessRuleTests {
    private static let privateKey: Ed25519PrivateKey = {
        do { return try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)) } catch {
            preconditionFailure("\(error)")
        }
    }()
    private static let key: VerifierKey = {
        do { return try VerifierKey(name: "evidence.example/team-7", key: privateKey.publicKey) } catch {
            preconditionFailure("\(error)")
        }
    }()

    private static func note(_ size: Int, _ root: Digest, origin: String = key.name) throws -> SignedNote {
        let checkpoint = Checkpoint(origin: origin, size: UInt64(size), root: root)
        var note = try SignedNote(text: checkpoint.noteText, signatures: [])
        try note.sign(as: key, with: privateKey)
        return note
    }

    private static func state(_ size: Int?, _ root: Digest, at checkpoint: Int, _ tree: ReferenceTree)
        -> WitnessRule.Cosigned
    {
        guard let size else { return WitnessRule.Cosigned() }
        return WitnessRule.Cosigned(
            newest: (UInt64(size), root), rootAtSize: checkpoint <= size ? tree.root(checkpoint) : nil)
    }

    private static let size = 9
    private static let tree = ReferenceTree(leaves: size)
    /// A second history: the same first leaves, then others.
    private static let forks = (0..<size).map { common in
        ReferenceTree(
            entries: (0..<size).map { Array((($0 < common) ? "leaf \($0)" : "other \($0)").utf8) })
    }

    @Test func `exactly the right request is cosigned, and every other one refused with its status`() throws {
        var cosigned = 0
        for stored in [nil] + (0...Self.size).map(Optional.some) {
            let state: (Int) -> WitnessRule.Cosigned = {
                Self.state(stored, Self.tree.root(stored ?? 0), at: $0, Self.tree)
            }
            for size in 0...Self.size {
                let note = try Self.note(size, Self.tree.root(size))
                for old in 0...Self.size {
                    let right = old > 0 && old < size ? Self.tree.proof(old, size) : []
                    let request = try WitnessRequest(oldSize: UInt64(old), proof: right, note: note)
                    let verdict = WitnessRule.judge(request, key: Self.key, cosigned: state(size))
                    let newest = stored ?? 0
                    let rollback: WitnessRule.Conflict? = size < newest ? .rollback : nil
                    let expected: WitnessRule.Verdict =
                        if old > size { .refuse(.oldAboveCheckpoint, rollback) } else if old != newest {
                            .refuse(.otherOldSize(UInt64(newest)), rollback)
                        } else { .cosign }
                    #expect(verdict == expected, "stored \(stored ?? -1), old \(old), size \(size)")
                    guard verdict == .cosign else { continue }
                    cosigned += 1
                    // One hash more, one less, one changed.
                    for wrong in Self.wrongProofs(right) {
                        let request = try WitnessRequest(oldSize: UInt64(old), proof: wrong, note: note)
                        let isEmptyAsked = old == 0 || old == size
                        #expect(
                            WitnessRule.judge(request, key: Self.key, cosigned: state(size))
                                == (isEmptyAsked
                                    ? .refuse(.proofNotEmpty, nil) : .refuse(.proofInvalid, .inconsistent)),
                            "stored \(stored ?? -1), size \(size)")
                    }
                }
            }
        }
        // From nothing to 0…9, and from each size to itself and what lies above.
        #expect(cosigned == 10 + (0...Self.size).reduce(0) { $0 + Self.size - $1 + 1 })
    }

    private static func wrongProofs(_ proof: [Digest]) -> [[Digest]] {
        var wrong = [proof + [MerkleHash.leaf([9])]]
        if !proof.isEmpty { wrong.append(Array(proof.dropLast())) }
        for place in proof.indices {
            var changed = proof
            changed[place] = changed[place].changed(bit: 77)
            wrong.append(changed)
        }
        return wrong
    }

    @Test func `a second history is refused whatever comes with it, and told from a later or an older one`() throws {
        for (common, fork) in Self.forks.enumerated() {
            for stored in 1...Self.size {
                for size in 1...Self.size {
                    let cosigned = Self.state(stored, Self.tree.root(stored), at: size, Self.tree)
                    let note = try Self.note(size, fork.root(size))
                    let isFork = fork.root(size) != Self.tree.root(size)
                    for old in 0...size {
                        for tree in [Self.tree, fork] {
                            let proof = old > 0 && old < size ? tree.proof(old, size) : []
                            let request = try WitnessRequest(oldSize: UInt64(old), proof: proof, note: note)
                            let verdict = WitnessRule.judge(request, key: Self.key, cosigned: cosigned)
                            let extends = stored <= size && stored <= common
                            guard case .refuse(let reason, let conflict) = verdict else {
                                // The fork's first leaves are ours: where those are all that was cosigned, it extends it.
                                #expect(old == stored && (extends || !isFork), "\(common) \(stored) \(size) \(old)")
                                continue
                            }
                            if size <= stored, isFork {
                                #expect(conflict == .fork)
                                #expect(reason == (old == stored ? .otherRoot : .otherOldSize(UInt64(stored))))
                            } else if size < stored {
                                #expect(conflict == .rollback)
                            } else if old == stored {
                                #expect(reason == .proofInvalid && conflict == .inconsistent)
                            } else {
                                #expect(conflict == nil && reason == .otherOldSize(UInt64(stored)))
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func `a fork is seen at the newest size without a look at the older ones`() throws {
        let request = try WitnessRequest(oldSize: 3, proof: [], note: Self.note(3, MerkleHash.leaf([1])))
        let cosigned = WitnessRule.Cosigned(newest: (3, Self.tree.root(3)))
        #expect(WitnessRule.judge(request, key: Self.key, cosigned: cosigned) == .refuse(.otherRoot, .fork))
    }

    @Test func `only what the log itself signed is looked at`() throws {
        let root = Self.tree.root(3)
        let note = try Self.note(3, root)
        func judge(_ note: SignedNote, _ key: VerifierKey? = Self.key) throws -> WitnessRule.Verdict {
            WitnessRule.judge(
                try WitnessRequest(oldSize: 0, proof: [], note: note), key: key,
                cosigned: WitnessRule.Cosigned(newest: (5, Self.tree.root(5)), rootAtSize: MerkleHash.leaf([1])))
        }
        #expect(try judge(note) == .refuse(.otherOldSize(5), .fork))
        #expect(try judge(note, nil) == .refuse(.unknownOrigin, nil))
        // The key of another origin, and one that cosigns.
        let other = try VerifierKey(name: "other", key: Self.privateKey.publicKey)
        let cosigner = try VerifierKey(name: Self.key.name, type: .cosignature, key: Self.privateKey.publicKey)
        #expect(try judge(note, other) == .refuse(.unknownOrigin, nil))
        #expect(try judge(note, cosigner) == .refuse(.unknownOrigin, nil))
        #expect(try judge(SignedNote(text: note.text, signatures: [])) == .refuse(.notSigned, nil))
        // A line in the log's name that does not hold spoils the note, whatever stands beside it.
        let wrong = SignedNote.Signature(
            name: Self.key.name, keyID: Self.key.keyID, bytes: [UInt8](repeating: 1, count: 64))
        #expect(try judge(SignedNote(text: note.text, signatures: [wrong])) == .refuse(.signatureInvalid, nil))
        #expect(
            try judge(SignedNote(text: note.text, signatures: note.signatures + [wrong]))
                == .refuse(.signatureInvalid, nil))
        // Others' lines are nothing to the witness.
        let strange = SignedNote.Signature(name: "x", keyID: 1, bytes: [1])
        #expect(
            try judge(SignedNote(text: note.text, signatures: note.signatures + [strange]))
                == .refuse(.otherOldSize(5), .fork))
    }

    @Test func `a tree without leaves has one root`() throws {
        func judge(_ root: Digest) throws -> WitnessRule.Verdict {
            WitnessRule.judge(
                try WitnessRequest(oldSize: 0, proof: [], note: Self.note(0, root)), key: Self.key,
                cosigned: WitnessRule.Cosigned())
        }
        #expect(try judge(MerkleHash.emptyRoot) == .cosign)
        #expect(try judge(MerkleHash.leaf([])) == .refuse(.emptyTreeRoot, nil))
    }

    @Test func `statuses are the specification's`() {
        let statuses: [(WitnessRule.Reason, Int)] = [
            (.unknownOrigin, 404), (.notSigned, 403), (.signatureInvalid, 403), (.oldAboveCheckpoint, 400),
            (.otherOldSize(3), 409), (.emptyTreeRoot, 422), (.proofNotEmpty, 422), (.otherRoot, 422),
            (.proofInvalid, 422),
        ]
        for (reason, status) in statuses { #expect(reason.status == status) }
    }

    @Test func `no change of any byte of a request has something else cosigned`() throws {
        let (old, size) = (5, 9)
        var note = try Self.note(size, Self.tree.root(size))
        try note.append(SignedNote.Signature(name: "lisi", keyID: 7, bytes: [1, 2, 3]))
        let request = try WitnessRequest(oldSize: UInt64(old), proof: Self.tree.proof(old, size), note: note)
        let cosigned = Self.state(old, Self.tree.root(old), at: size, Self.tree)
        #expect(WitnessRule.judge(request, key: Self.key, cosigned: cosigned) == .cosign)
        let bytes = request.bytes
        var survived = 0
        for place in bytes.indices {
            for change in [1, 2, 8, 0x20, 0x80] as [UInt8] {
                var mangled = bytes
                mangled[place] ^= change
                guard let other = try? WitnessRequest(parsing: mangled),
                    WitnessRule.judge(other, key: Self.key, cosigned: cosigned) == .cosign
                else { continue }
                survived += 1
                #expect(other.note.text.utf8.elementsEqual(note.text.utf8))
                #expect(other.oldSize == request.oldSize && other.proof == request.proof)
            }
            // A byte less, and one more.
            var shorter = bytes
            shorter.remove(at: place)
            var longer = bytes
            longer.insert(bytes[place], at: place)
            for mangled in [shorter, longer] {
                guard let other = try? WitnessRequest(parsing: mangled),
                    WitnessRule.judge(other, key: Self.key, cosigned: cosigned) == .cosign
                else { continue }
                #expect(other.note.text.utf8.elementsEqual(note.text.utf8))
            }
        }
        // What may change is the line of somebody whom the witness does not know.
        #expect(survived > 0 && survived < 200)
    }
}
