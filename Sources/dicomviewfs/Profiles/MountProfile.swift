import Foundation
import ViewTree
import Yams

/// What a profile says: how paths are made, and options as `-o` has them. docs/PROFILES.md describes the form.
struct MountProfile {
    /// Absolute.
    let path: String
    var template = NameTemplate.default
    var options = MountOptions()

    /// - Throws: `Failure` that names file, line and key.
    init(path: String) throws {
        self.path = path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Failure("\(path): the profile cannot be read: \(Self.reason(of: path))", .noInput)
        }
        try read(text)
    }

    /// Why a file is no text that can be read.
    private static func reason(of path: String) -> String {
        if access(path, R_OK) != 0 { return String(cString: strerror(errno)) }
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return isFolder.boolValue ? "it is a folder" : "it is no text in UTF-8"
    }

    private mutating func read(_ text: String) throws {
        guard let root = try root(of: text) else { return }
        guard case .mapping(let mapping) = root else {
            throw failure(root, "a profile is a list of `key: value` lines")
        }
        var names = Names()
        for (keyNode, value) in mapping {
            guard let key = keyNode.string else { throw failure(keyNode, "a key is a word") }
            switch key {
            case "description": break
            case "names": names.levels = try levels(keyNode, value)
            case "style":
                guard let style = value.string.flatMap(NameStyle.init(rawValue:)) else {
                    let known = NameStyle.allCases.map(\.rawValue).joined(separator: " or ")
                    throw failure(value, "style: say \(known)")
                }
                names.style = (style, value)
            case "length":
                guard let length = value.int else { throw failure(value, "length: say how many bytes a name may have") }
                names.length = (length, value)
            default: try addOption(key, keyNode, value)
            }
        }
        template = try template(of: names, root)
    }

    private func root(of text: String) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw Failure("\(path):\(mark.line): no YAML: \(problem)", .dataError)
            case .duplicatedKeysInMapping(let keys, let context):
                throw Failure("\(path):\(context.mark.line): said twice: \(keys.joined(separator: ", "))", .dataError)
            default: throw Failure("\(path): no YAML: \(error)", .dataError)
            }
        }
    }

    // MARK: Names

    private struct Names {
        var levels: [(text: String, node: Node)]?
        var style: (style: NameStyle, node: Node)?
        var length: (length: Int, node: Node)?
    }

    /// The levels of a path: a list, or one text with "/" between them.
    private func levels(_ key: Node, _ value: Node) throws -> [(text: String, node: Node)] {
        if let sequence = value.sequence {
            return try sequence.map { node in
                guard let text = node.string else { throw failure(node, "names: a level is a text; put it in quotes") }
                return (text, node)
            }
        }
        guard let text = value.string else {
            throw failure(key, "names: say a list of levels, or one text with / between them, in quotes")
        }
        return text.split(separator: "/").map { (String($0), value) }
    }

    private func template(of names: Names, _ root: Node) throws -> NameTemplate {
        let levels = names.levels ?? NameTemplate.defaultLevels.map { ($0, names.style?.node ?? root) }
        do throws(NameTemplateError) {
            return try NameTemplate(
                parsing: levels.map(\.text), style: names.style?.style ?? .portable, maximumLength: names.length?.length
            )
        } catch {
            let node = levels.indices.contains(error.levelIndex) ? levels[error.levelIndex].node : root
            throw failure(node, "names: \(error.description)")
        }
    }

    // MARK: Options

    private mutating func addOption(_ key: String, _ keyNode: Node, _ value: Node) throws {
        do {
            if let sequence = value.sequence {
                let words = sequence.compactMap(\.string)
                guard words.count == sequence.count else { throw Failure("a list of words is expected", .dataError) }
                try options.add("\(key)=\(words.joined(separator: ":"))")
            } else if let text = value.string {
                switch text.lowercased() {
                case "true", "yes", "on", "": try options.add(key)
                case "false", "no", "off":
                    // Only to see whether there is such an option.
                    var other = options
                    try other.add(key)
                default: try options.add("\(key)=\(text)")
                }
            } else {
                throw Failure("a word, a number or a list is expected", .dataError)
            }
        } catch let error as Failure {
            throw failure(keyNode, "\(key): \(error.message)")
        }
    }

    private func failure(_ node: Node, _ message: String) -> Failure {
        Failure("\(path):\(node.mark.map { "\($0.line):" } ?? "") \(message)", .dataError)
    }
}
