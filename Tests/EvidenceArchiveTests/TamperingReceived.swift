import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import TransparencyLog

extension Tampering {
    /// What a holder of keys may write of somebody's having received a bundle.
    static let received: [Tampering] = [
        .malformed("a receipt whose slip another archive signed") { copy in
            try copy.appendReceived(signers: [.stranger, copy.key("lisi")])
        },
        .malformed("a receipt whose slip the exporter did not sign") { copy in
            try copy.appendReceived(signers: [copy.archiveKey(), .stranger])
        },
        .malformed("a receipt whose slip names an exporter whom nobody enrolled") { copy in
            try copy.appendReceived(signers: [copy.archiveKey(), .stranger], exporter: TestKey.stranger.name)
        },
        .malformed("a receipt of another export's bundle") { try $0.appendReceived(slipIsAbout: 19) },
        .malformed("a receipt in the name of another certificate") { copy in
            try copy.appendReceived { $0["by"] = .string("CN=李四,O=纪委") }
        },
        .malformed("a receipt under another certificate's digest") { copy in
            try copy.appendReceived { $0["certificate"] = SHA256Hasher.hash([1]).json }
        },
        .malformed("a receipt whose signed slip was changed afterwards") { copy in
            try copy.appendReceived { body in
                var bytes = body["signed"]?.string.flatMap { Base64.decode($0) } ?? []
                let old = Array("第三巡查组".utf8)
                if let place = bytes.firstRange(of: old) { bytes.replaceSubrange(place, with: Array("第四巡查组".utf8)) }
                body["signed"] = .string(Base64.encode(bytes))
            }
        },
        .malformed("a receipt of what is no slip") { copy in
            let message = try TestRecipient.sign(Array("收到\n".utf8))
            try copy.appendReceived { $0["signed"] = .string(Base64.encode(message.der)) }
        },
        .malformed("a receipt that nobody signed") { copy in
            try copy.appendReceived { $0["signed"] = .string(Base64.encode(Array("收到\n".utf8))) }
        },
        .log(.targetInvalid, "a receipt of what is no export", seq: 21) {
            try $0.appendReceived(target: 19, slipIsAbout: 19)
        },
        .log(.dossierOmitted, "a receipt kept out of the case that was handed over", seq: 21) {
            try $0.appendReceived(isInCase: false)
        },
    ]

    private static func malformed(
        _ name: String, _ attack: @escaping @Sendable (ArchiveCopy) throws -> Void
    ) -> Tampering {
        .log(.bodyMalformed, name, seq: 21, attack)
    }
}

extension ArchiveCopy {
    /// Appends a case (19), its export (20), and that it was received (21), all by lisi.
    ///
    /// - Parameter signers: of the slip; the archive and lisi where it is nil.
    func appendReceived(
        target: UInt64 = 20, slipIsAbout export: UInt64 = 20, signers: [TestKey]? = nil, exporter: String = "lisi",
        isInCase: Bool = true, _ change: (inout JSONObject) -> Void = { _ in }
    ) throws {
        let id = DossierID.test(0x44)
        try append(by: "lisi") { [.opened(.caseOpened, id, "2026-044"), .exported(id, [$0.reference(18)])] }
        let keys = try signers ?? [archiveKey(), key("lisi")]
        let archive = try archiveKey().verifier
        try append(by: "lisi") { forge in
            let slip = try HandoverSlip(
                HandoverSlip.Details(
                    archive: archive, dossier: id, name: "2026-044", title: nil, export: forge.reference(export),
                    time: .test("2026-03-12T01:30:00.000Z"), exporter: exporter,
                    person: PersonDetails(person: "李四", unit: "第三巡查组", role: nil), recipient: nil, purpose: nil,
                    tagManifest: SHA256Hasher.hash([2]))
            ) { text in
                var note = try SignedNote(text: text, signatures: [])
                for key in keys { try note.sign(as: key.verifier, with: key.privateKey) }
                return note
            }
            let received = try BundleReceived(
                target: forge.reference(target), signed: TestRecipient.sign(slip.note.bytes))
            return [LogForge.Item(.bundleReceived, isInCase ? [id] : [], received.json).bodied(change)]
        }
    }
}
