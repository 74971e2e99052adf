internal import EvidenceRecord
internal import MediaProbing

extension MediaProber.Shortfall {
    /// What a person is told of media files about which less went on record than could have.
    var messages: [Message] {
        var messages: [Message] = []
        let missing = MediaTool.allCases.filter { absent[$0] != nil }
        if !missing.isEmpty {
            let tools = missing.map { "\($0.rawValue) (Debian: \($0.debianPackage))" }.joined(separator: ", ")
            let chinese = missing.map { "\($0.rawValue)（Debian 软件包 \($0.debianPackage)）" }.joined(separator: "、")
            let files = absent.values.max() ?? 0
            messages.append(
                Message(
                    en:
                        "Not all that \(files == 1 ? "1 media file says of itself" : "\(files) media files say of themselves"), such as capture time and duration, was recorded. Not installed here: \(tools).",
                    zh: "\(files) 个媒体文件自带的信息（拍摄时间、时长等）未能全部登记。本机未安装：\(chinese)。"))
        }
        for tool in MediaTool.allCases {
            guard let count = failed[tool] else { continue }
            messages.append(
                Message(
                    en:
                        "\(tool.rawValue) did not get through \(count == 1 ? "1 file" : "\(count) files"); what it could have told is not on record. The files themselves were added.",
                    zh: "\(tool.rawValue) 未能读完 \(count) 个文件，其自带信息未登记；文件本身已添加。"))
        }
        return messages
    }
}
