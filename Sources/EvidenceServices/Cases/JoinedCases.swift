internal import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord
package import TransparencyLog

/// Cases, or inspections, of several archives, with those that are joined as one.
package enum JoinedCases {
    /// A dossier in one of the archives.
    package struct Part: Sendable {
        /// The archive's place among those that were handed in.
        package let archive: Int
        package let dossier: LogReading.Dossier
    }

    /// What an archive has of dossiers.
    package struct Source: Sendable {
        package let key: VerifierKey
        package let dossiers: [LogReading.Dossier]

        package init(key: VerifierKey, dossiers: [LogReading.Dossier]) {
            self.key = key
            self.dossiers = dossiers
        }
    }

    /// The dossiers of all archives, each together with all that it is joined to, over however many steps, and be it
    /// through an archive that is not among them.
    ///
    /// A dossier is known by its archive's key and its identity there: names decide nothing. That one joins another is
    /// what its opening says, as `case open --joins` wrote it after verifying the bundle; it is not checked again here.
    /// - Returns: groups in the order of their first parts, parts in the order of the archives and their openings.
    package static func groups(_ archives: [Source]) -> [[Part]] {
        var leaders: [Node: Node] = [:]
        func leader(_ node: Node) -> Node {
            var node = node
            while let next = leaders[node] {
                // Halves the way for those that come after.
                if let further = leaders[next] { leaders[node] = further }
                node = next
            }
            return node
        }
        for archive in archives {
            for dossier in archive.dossiers {
                guard let other = dossier.opened.joins else { continue }
                let (own, joined) = (leader(Node(archive.key, dossier.id)), leader(Node(other.key, other.dossier)))
                if own != joined { leaders[own] = joined }
            }
        }
        var groups: [[Part]] = []
        var places: [Node: Int] = [:]
        for (place, archive) in archives.enumerated() {
            for dossier in archive.dossiers {
                let part = Part(archive: place, dossier: dossier)
                let leader = leader(Node(archive.key, dossier.id))
                if let group = places[leader] {
                    groups[group].append(part)
                } else {
                    places[leader] = groups.count
                    groups.append([part])
                }
            }
        }
        return groups
    }

    private struct Node: Hashable {
        let key: VerifierKey
        let dossier: DossierID

        init(_ key: VerifierKey, _ dossier: DossierID) {
            self.key = key
            self.dossier = dossier
        }
    }
}

extension SeveralArchives {
    /// The dossiers of a kind in all archives, those that are joined together; ``JoinedCases/Part/archive`` is a place in
    /// ``members``.
    ///
    /// An archive in which an opening is missing is noted as unread.
    package func joined(_ type: EntryType) throws -> [[JoinedCases.Part]] {
        let found = members.concurrentMap { member in Result { try member.reading().dossiers(type) } }
        return JoinedCases.groups(
            try zip(members, found).map { member, result in
                let dossiers = try attempt(member) { try result.get() } ?? []
                if let damage = dossiers.lazy.compactMap(\.damage).first { try note(damage, of: member) }
                return JoinedCases.Source(key: member.archive.created.key, dossiers: dossiers)
            })
    }
}
