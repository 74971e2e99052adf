import EvidenceCrypto
import Testing
import TransparencyLog

struct CosignatureTests {
    /// A cosignature that a witness of the public network's software made.
    static let text = "rome2026h1.example.org\n300\nlCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=\n"
    static let line =
        "— witness.example.org uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhftnn1Zznmo0LXFZq4LGvqKqLX8jWlwLKasxEGTLIqAVusneCBmBw==\n"
    let key: VerifierKey
    let note: SignedNote

    init() throws {
        key = try VerifierKey("witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN")
        note = try SignedNote(parsing: Array((Self.text + "\n" + Self.line).utf8))
    }

    @Test func `a witness's cosignature verifies`() throws {
        #expect(note.verify(key) == .valid)
        let cosignature = try Cosignature(note.signatures[0])
        #expect(cosignature.time == 0x6954_6780)
        #expect(cosignature.name == "witness.example.org")
        #expect(cosignature.isValid(noteText: Self.text, key: key))
        #expect(cosignature.noteSignature.line == Self.line)
    }

    @Test func `the message is the specification's`() {
        let message = Cosignature.message(time: 1_679_315_147, noteText: CheckpointTests.published)
        #expect(
            String(decoding: message, as: UTF8.self)
                == "cosignature/v1\ntime 1679315147\n" + CheckpointTests.published)
    }

    @Test func `a cosignature with one changed byte is refused`() {
        let signature = note.signatures[0]
        let accepted = signature.bytes.indices.filter { place in
            var bytes = signature.bytes
            bytes[place] ^= 1
            let changed = SignedNote.Signature(name: signature.name, keyID: signature.keyID, bytes: bytes)
            return (try? SignedNote(text: Self.text, signatures: [changed]).verify(key)) == .valid
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a cosignature covers every line of the checkpoint`() throws {
        for text in [
            Self.text.replacing("300", with: "301"), Self.text.replacing("rome", with: "nome"),
            Self.text + "extension\n", Self.text.replacing("lCkH", with: "lCkI"),
        ] { #expect(try SignedNote(text: text, signatures: note.signatures).verify(key) == .invalid) }
    }

    @Test func `the same key as a note's signer is another key`() throws {
        let plain = try VerifierKey(name: key.name, key: key.key)
        #expect(note.verify(plain) == .missing)
        let forged = SignedNote.Signature(
            name: plain.name, keyID: plain.keyID, bytes: Array(note.signatures[0].bytes.dropFirst(8)))
        #expect(try SignedNote(text: Self.text, signatures: [forged]).verify(plain) == .invalid)
        #expect(try !Cosignature(note.signatures[0]).isValid(noteText: Self.text, key: plain))
    }

    @Test func `what was cosigned is read back`() throws {
        let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: 4, count: 32))
        let key = try VerifierKey(name: "w", type: .cosignature, key: privateKey.publicKey)
        var note = try SignedNote(text: Self.text, signatures: note.signatures)
        for time in [0, 1, 1 << 32, UInt64(Int64.max)] {
            try note.cosign(as: key, with: privateKey, time: time)
            let read = try SignedNote(parsing: note.bytes)
            #expect(read.verify(key) == .valid)
            #expect(read.signatures.count == 2)
            #expect(try Cosignature(read.signatures[1]).time == time)
        }
        let last = try Cosignature(note.signatures[1])
        #expect(
            try last == Cosignature.sign(noteText: Self.text, as: key, with: privateKey, time: UInt64(Int64.max)))
    }

    @Test func `several cosignatures of one witness must all hold`() throws {
        let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: 4, count: 32))
        let key = try VerifierKey(name: "w", type: .cosignature, key: privateKey.publicKey)
        var note = try SignedNote(text: Self.text, signatures: [])
        for time in [10, 20] as [UInt64] {
            try note.append(
                Cosignature.sign(noteText: Self.text, as: key, with: privateKey, time: time).noteSignature)
        }
        #expect(note.signatures.count == 2)
        #expect(note.verify(key) == .valid)
        try note.append(SignedNote.Signature(name: "w", keyID: key.keyID, bytes: [UInt8](repeating: 0, count: 72)))
        #expect(note.verify(key) == .invalid)
    }

    @Test func `what is no cosignature is refused`() {
        func code(_ bytes: [UInt8]) -> TransparencyError.Code? {
            TransparencyLogTests.code {
                _ = try Cosignature(SignedNote.Signature(name: "w", keyID: 1, bytes: bytes))
            }
        }
        for count in [0, 8, 64, 71, 73, 2_428] {
            #expect(code([UInt8](repeating: 0, count: count)) == .malformedCosignature)
        }
        #expect(code([0x7f] + [UInt8](repeating: 0xff, count: 71)) == nil)
        #expect(code([0x80] + [UInt8](repeating: 0, count: 71)) == .malformedCosignature)
    }

    @Test func `only the cosigner's own private key cosigns, at a time that can be written`() throws {
        let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: 4, count: 32))
        let own = try VerifierKey(name: "w", type: .cosignature, key: privateKey.publicKey)
        let plain = try VerifierKey(name: "w", key: privateKey.publicKey)
        var note = note
        #expect(code { try note.cosign(as: key, with: privateKey, time: 1) } == .keyMismatch)
        #expect(code { try note.cosign(as: plain, with: privateKey, time: 1) } == .keyMismatch)
        #expect(code { try note.cosign(as: own, with: privateKey, time: 1 << 63) } == .malformedCosignature)
        #expect(note == self.note)
    }
}
