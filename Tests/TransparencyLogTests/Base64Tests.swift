import Foundation
import Testing
import TransparencyLog

struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the RFC's words have the RFC's texts`(word: String, text: String) {
        #expect(Base64.encode(Array(word.utf8)) == text)
        #expect(Base64.decode(text) == Array(word.utf8))
    }

    @Test func `Foundation writes the same`() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ count &* 31) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "Z===", "=Zg=", "Zg=a", "Z=g=", "Zm9v=", "Zm9vZg", "Zm9v====",
        "Zm 9v", "Zm9v\n", "\nZm9v", "Zm\r\n9v", "Zm9-", "Zm9_", "Zm9v ", "Zm9é", "Zm9\u{0}", "Zg==Zg==",
    ])
    func `text that is not exactly base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `one text only stands for one byte string`() {
        // Of the 16 and 4 last characters that share their leading bits, only the one with zeroes behind them counts.
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        #expect(alphabet.compactMap { Base64.decode("Z\($0)==") }.count == 4)
        #expect(alphabet.compactMap { Base64.decode("Zm\($0)=") }.count == 16)
        #expect(Base64.decode("Zh==") == nil && Base64.decode("Zm9=") == nil)
    }
}
