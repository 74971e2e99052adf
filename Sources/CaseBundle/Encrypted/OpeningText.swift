internal import EvidenceCrypto

/// What a person reads who was given an encrypted bundle: how to open it, with and without this program.
///
/// It says nothing of what is inside.
struct OpeningText {
    let parts: Int
    let readers: [EncryptedIndex.Reader]

    /// The commands, which the tests run as they stand.
    private static let commands = """
            (for part in parts/*.cms; do
                openssl cms -decrypt -binary -inform DER -in "$part" -inkey KEY.pem || exit 1
            done) > ../bundle.zip && unzip -tq ../bundle.zip

        """

    /// The fingerprints as openssl shows them.
    private var certificates: String {
        readers.map { reader in
            let pairs = reader.certificate.bytes.map { [$0].hex.uppercased() }
            return "    \(pairs.joined(separator: ":"))\n"
        }.joined()
    }

    var english: String {
        let count = parts == 1 ? "1 part" : "\(parts) parts"
        return """
            ENCRYPTED EVIDENCE BUNDLE

            What is in parts/ is a ZIP file in \(count), encrypted to the certificates with these SHA-256 fingerprints:

            \(certificates)
            Only the private key of one of them opens it. The fingerprint of a certificate shows

                openssl x509 -noout -fingerprint -sha256 -in CERTIFICATE.pem


            HOW TO OPEN IT

            With the program evidence, where KEY.pem is the private key:

                evidence open FOLDER --key KEY.pem --to bundle.zip

            Without it, in this folder, with openssl 3 and unzip, where KEY.pem is the private key and bundle.zip will
            lie beside this folder:

            \(OpeningText.commands)
            The last command says whether the ZIP file arrived whole. Encryption keeps others from reading; it does not
            show who wrote this. That is shown by the bundle itself: unpack bundle.zip into a folder of its own, read the
            texts in it, and check it as they say.

                unzip ../bundle.zip -d ../bundle

            """
    }

    var chinese: String {
        """
        加密案卷包

        parts/ 中是一个 ZIP 文件，分为 \(parts) 个部分，已加密给以下证书（SHA-256 指纹）：

        \(certificates)
        只有其中某个证书的私钥才能打开。查看证书的指纹：

            openssl x509 -noout -fingerprint -sha256 -in 证书.pem


        如何打开

        使用 evidence 程序（KEY.pem 为私钥）：

            evidence open 本文件夹 --key KEY.pem --to bundle.zip

        没有该程序时，可用 openssl 3 和 unzip，在本文件夹中执行（KEY.pem 为私钥，bundle.zip 将放在
        本文件夹旁边）：

        \(OpeningText.commands)
        最后一条命令说明 ZIP 文件是否完整。加密只是不让他人阅读，并不能证明由谁写成；这由案卷包自身
        证明：请将 bundle.zip 解压到单独的文件夹，阅读其中的说明，并按说明核验。

            unzip ../bundle.zip -d ../bundle

        """
    }
}
