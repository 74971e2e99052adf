internal import EvidenceCrypto

/// Why a text is no policy: what is wrong, in which line.
package struct PolicyError: Error, Equatable, CustomStringConvertible {
    /// What was wrong; stable, for callers to say in the reader's language.
    package enum Code: Sendable {
        /// A byte that no policy holds: a control other than tab and newline.
        case forbiddenByte
        /// The line begins with none of `log`, `witness`, `group`, `quorum`.
        case unknownKeyword
        /// The line has too few or too many words.
        case wrongWords
        /// The word is no verifier key of a type that is known here.
        case badKey
        /// The key signs notes where one that cosigns is needed, or the other way round.
        case wrongKeyType
        /// Two logs, or two witnesses, have one public key.
        case duplicateKey
        /// Two witnesses or groups have one name.
        case duplicateName
        /// `none` names nothing.
        case reservedName
        /// The threshold is neither `all`, `any` nor a number of the members.
        case badThreshold
        /// No witness or group of that name stands above.
        case unknownName
        /// The name is a member already, of this group or another.
        case repeatedMember
        /// A second `quorum` line, or none.
        case quorumCount
        /// More bytes than a policy is read with.
        case tooLarge
    }

    package let code: Code
    /// The line, from 1; nil where it is the whole file.
    package let line: Int?
    /// The word that is wrong, as text; it may be anything.
    package let word: String

    package var description: String {
        "\(line.map { "line \($0)" } ?? "policy"): \(code)\(word.isEmpty ? "" : " \"\(word)\"")"
    }
}

extension Policy {
    /// The most bytes that a policy is read with.
    package static let maximumSize = 256 * 1_024

    /// Reads a policy file.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        guard bytes.count <= Policy.maximumSize else { throw PolicyError(code: .tooLarge, line: nil, word: "") }
        var parser = PolicyParser()
        for line in bytes.split(separator: .lineFeed, omittingEmptySubsequences: false) { try parser.take(line) }
        self = try parser.policy()
    }
}

/// Takes a policy line by line.
private struct PolicyParser {
    private typealias Word = ArraySlice<UInt8>

    private var logs: [Policy.Log] = []
    private var witnesses: [Policy.Witness] = []
    private var nodes: [Policy.Node] = []
    /// The names so far, with their places among ``nodes``.
    private var places: [Word: Int] = [:]
    private var members: Set<Int> = []
    /// The quorum's place once its line was read: nil in it stands for `none`.
    private var quorum: Int??
    private var line = 0

    private static let tab: UInt8 = 0x09
    private static let none = Array("none".utf8)[...]

    mutating func take(_ bytes: ArraySlice<UInt8>) throws(PolicyError) {
        line += 1
        if let byte = bytes.first(where: { $0 != PolicyParser.tab && ($0 < .space || $0 == 0x7f) }) {
            throw error(.forbiddenByte, [byte])
        }
        let words = bytes.split(whereSeparator: { $0 == .space || $0 == PolicyParser.tab })
        guard let keyword = words.first, keyword.first != UInt8(ascii: "#") else { return }
        switch String(decoding: keyword, as: UTF8.self) {
        case "log": try takeLog(words)
        case "witness": try takeWitness(words)
        case "group": try takeGroup(words)
        case "quorum": try takeQuorum(words)
        default: throw error(.unknownKeyword, keyword)
        }
    }

    func policy() throws(PolicyError) -> Policy {
        guard let quorum else { throw PolicyError(code: .quorumCount, line: nil, word: "") }
        return Policy(logs: logs, witnesses: witnesses, nodes: nodes, quorum: quorum)
    }

    private mutating func takeLog(_ words: [Word]) throws(PolicyError) {
        guard 2...3 ~= words.count else { throw error(.wrongWords, words[0]) }
        let key = try key(words[1], .ed25519)
        if logs.contains(where: { $0.key.key == key.key }) { throw error(.duplicateKey, words[1]) }
        logs.append(Policy.Log(key: key, url: words.dropFirst(2).first.map(text)))
    }

    private mutating func takeWitness(_ words: [Word]) throws(PolicyError) {
        guard 3...4 ~= words.count else { throw error(.wrongWords, words[0]) }
        let key = try key(words[2], .cosignature)
        if witnesses.contains(where: { $0.key.key == key.key }) { throw error(.duplicateKey, words[2]) }
        try define(words[1], as: .witness(witnesses.count))
        witnesses.append(Policy.Witness(name: Array(words[1]), key: key, url: words.dropFirst(3).first.map(text)))
    }

    private mutating func takeGroup(_ words: [Word]) throws(PolicyError) {
        guard words.count >= 4 else { throw error(.wrongWords, words[0]) }
        let names = words[3...]
        let threshold: Int
        switch text(words[2]) {
        case "all": threshold = names.count
        case "any": threshold = 1
        default:
            guard let number = UInt64(decimal: words[2], limit: UInt64(names.count)), number > 0 else {
                throw error(.badThreshold, words[2])
            }
            threshold = Int(number)
        }
        var group: [Int] = []
        for name in names {
            guard let place = places[name] else { throw error(.unknownName, name) }
            guard members.insert(place).inserted else { throw error(.repeatedMember, name) }
            group.append(place)
        }
        try define(words[1], as: .group(threshold: threshold, members: group))
    }

    private mutating func takeQuorum(_ words: [Word]) throws(PolicyError) {
        guard words.count == 2 else { throw error(.wrongWords, words[0]) }
        guard quorum == nil else { throw error(.quorumCount, words[1]) }
        if words[1] == PolicyParser.none {
            quorum = .some(nil)
        } else if let place = places[words[1]] {
            quorum = place
        } else {
            throw error(.unknownName, words[1])
        }
    }

    private mutating func define(_ name: Word, as node: Policy.Node) throws(PolicyError) {
        if name == PolicyParser.none { throw error(.reservedName, name) }
        guard places[name] == nil else { throw error(.duplicateName, name) }
        places[name] = nodes.count
        nodes.append(node)
    }

    private func key(_ word: Word, _ type: VerifierKey.SignatureType) throws(PolicyError) -> VerifierKey {
        guard let exact = String(exactly: word), let key = try? VerifierKey(exact) else { throw error(.badKey, word) }
        guard key.type == type else { throw error(.wrongKeyType, word) }
        return key
    }

    private func text(_ word: Word) -> String { String(decoding: word, as: UTF8.self) }

    private func error(_ code: PolicyError.Code, _ word: some Collection<UInt8>) -> PolicyError {
        PolicyError(code: code, line: line, word: String(decoding: word, as: UTF8.self))
    }
}
