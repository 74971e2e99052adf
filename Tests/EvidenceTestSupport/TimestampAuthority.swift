package import EvidenceCrypto
package import Foundation

/// A time stamping authority of the test's own, made and run with `openssl`: a root, an intermediate under it, and under
/// that a certificate that signs tokens.
///
/// Its files: `root.pem`, `intermediate.pem`, `tsa.pem`, `tsa.key` and `authority.cnf`, in ``folder``.
package final class TimestampAuthority: Sendable {
    package static let subject = "CN=时间戳\\, 测试,O=测试局"

    private let holder: TemporaryFolder
    package var folder: URL { holder.url }

    /// From when to when certificates are valid, in the form of ASN.1's GeneralizedTime.
    package struct Validity: Sendable {
        let from: String
        let until: String

        package init(_ from: String, _ until: String) {
            self.from = from
            self.until = until
        }

        package static let long = Validity("20200101000000Z", "20500101000000Z")
    }

    /// The kinds of keys that certificates are for, as `openssl req` takes them.
    package enum KeyKind: String, Sendable {
        case p256 = "ec_paramgen_curve:P-256"
        case rsa2048 = "rsa_keygen_bits:2048"
        case rsa1024 = "rsa_keygen_bits:1024"

        var algorithm: String { self == .p256 ? "ec" : "rsa" }
    }

    /// - Parameters:
    ///   - key: of the certificate that signs tokens.
    ///   - validity: of the same.
    ///   - intermediate: of the one that it is signed by.
    ///   - purpose: its section of the configuration: `stamping`, or `signing` for one that may not sign tokens.
    ///   - settings: further lines of the configuration's section on the service.
    package init(
        key: KeyKind = .p256, validity: Validity = .long, intermediate: Validity = .long, purpose: String = "stamping",
        settings: String = ""
    ) throws {
        holder = try TemporaryFolder()
        try write("authority.cnf", Array((TimestampAuthority.configuration + settings + "\n").utf8))
        try write("index.txt", [])
        try write("serial", Array("01\n".utf8))
        try write("tsaserial", Array("41\n".utf8))
        try issue("root", subject: "/O=Test/CN=Root", section: "authority", by: "root", validity: .long)
        try issue(
            "intermediate", subject: "/O=Test/CN=Intermediate", section: "authority", by: "root",
            validity: intermediate)
        try issue(
            "tsa", subject: "/O=测试局/CN=时间戳, 测试", section: purpose, by: "intermediate", validity: validity, key: key)
    }

    /// A certificate in DER: `root`, `intermediate` or `tsa`.
    package func certificate(_ name: String) throws -> [UInt8] {
        try openssl("x509", "-in", "\(name).pem", "-outform", "DER")
    }

    /// Makes the files `<name>.pem` and `<name>.key`.
    package func issue(
        _ name: String, subject: String, section: String, by issuer: String, validity: Validity, key: KeyKind = .p256
    ) throws {
        try openssl(
            "req", "-config", "authority.cnf", "-utf8", "-newkey", key.algorithm, "-pkeyopt", key.rawValue,
            "-nodes",
            "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", subject, "-batch")
        let by =
            issuer == name
            ? ["-selfsign", "-keyfile", "\(name).key"] : ["-cert", "\(issuer).pem", "-keyfile", "\(issuer).key"]
        try openssl(
            [
                "ca", "-config", "authority.cnf", "-batch", "-notext", "-in", "\(name).csr", "-out", "\(name).pem",
                "-extensions", section, "-startdate", validity.from, "-enddate", validity.until,
            ] + by)
    }

    /// What it answers to a request, by today's clock: a TimeStampResp, granted or not.
    package func response(to request: [UInt8]) throws -> [UInt8] {
        try write("request", request)
        return try openssl(
            "ts", "-reply", "-config", "authority.cnf", "-queryfile", "request", "-signer", "tsa.pem", "-inkey",
            "tsa.key", "-chain", "intermediate.pem")
    }

    /// A token over a SHA-256 digest.
    ///
    /// - Parameters:
    ///   - time: its time, `YYYYMMDDhhmmssZ`; today's clock where there is none.
    ///   - signer: the certificate and key to sign with.
    ///   - carrying: a further certificate that it carries.
    package func token(
        over digest: Digest, nonce: [UInt8]? = nil, at time: String? = nil, signer: String = "tsa",
        carrying: String? = "intermediate"
    ) throws -> [UInt8] {
        let granted = try response(to: TimestampRequest(imprint: digest, nonce: nonce).der())
        try write("response", granted)
        let token = try openssl("ts", "-reply", "-config", "authority.cnf", "-in", "response", "-token_out")
        guard time != nil || signer != "tsa" || carrying != "intermediate" else { return token }
        var content = try content(of: token)
        if let time {
            // It is the first thing in the content that has this form.
            guard let place = TimestampAuthority.genTime(content), time.utf8.count == place.count else {
                throw TestFailure("There is no time without a fraction in the token.")
            }
            content.replaceSubrange(place, with: Array(time.utf8))
        }
        return try sign(content, signer: signer, carrying: carrying)
    }

    /// A token's TSTInfo.
    package func content(of token: [UInt8]) throws -> [UInt8] {
        try write("token", token)
        return try openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token", "-binary")
    }

    /// Signs any content as a token is signed.
    package func sign(
        _ content: [UInt8], signer: String = "tsa", carrying: String? = "intermediate",
        type: String = "1.2.840.113549.1.9.16.1.4", digest: String = "sha256", further: [String] = ["-cades"]
    ) throws -> [UInt8] {
        try write("content", content)
        return try openssl(
            [
                "cms", "-sign", "-binary", "-nodetach", "-md", digest, "-econtent_type", type, "-in", "content",
                "-signer",
                "\(signer).pem", "-inkey", "\(signer).key", "-outform", "DER",
            ]
                + (carrying.map { ["-certfile", "\($0).pem"] } ?? []) + further)
    }

    /// A token as a TimeStampResp with status granted.
    package static func response(granting token: [UInt8]) -> [UInt8] {
        let content: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x00] + token
        precondition((0x100...0xffff).contains(content.count))
        return [0x30, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }

    /// What `openssl ts -verify` says of a token, with certificates judged at `seconds` since 1970.
    package func opensslVerifies(_ token: [UInt8], over digest: Digest, at seconds: Int64, root: String = "root") throws
        -> Bool
    {
        try write("token", token)
        return
            (try? openssl(
                "ts", "-verify", "-in", "token", "-token_in", "-digest", digest.hex, "-CAfile", "\(root).pem",
                "-attime",
                String(seconds))) != nil
    }

    /// Where genTime stands in a TSTInfo: a GeneralizedTime of 15 bytes.
    private static func genTime(_ content: [UInt8]) -> Range<Int>? {
        content.firstRange(of: [0x18, 0x0f]).map { $0.upperBound..<($0.upperBound + 15) }
    }

    @discardableResult
    package func openssl(_ arguments: String...) throws -> [UInt8] { try openssl(arguments) }

    @discardableResult
    package func openssl(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("openssl \(arguments.joined(separator: " ")) ended with \(process.terminationStatus).")
        }
        return [UInt8](output)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    private static let configuration = """
        [ca]
        default_ca = issuing
        [issuing]
        database = index.txt
        serial = serial
        new_certs_dir = .
        default_md = sha256
        policy = anything
        unique_subject = no
        [anything]
        organizationName = optional
        commonName = supplied
        [req]
        distinguished_name = empty
        string_mask = utf8only
        [empty]
        [authority]
        basicConstraints = critical, CA:true
        keyUsage = critical, keyCertSign, cRLSign
        [stamping]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [uncritical]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = timeStamping
        [signing]
        keyUsage = critical, digitalSignature
        [tsa]
        default_tsa = service
        [service]
        serial = tsaserial
        default_policy = 1.2.3.4.1
        digests = sha256, sha1
        signer_digest = sha256
        tsa_name = yes

        """
}
