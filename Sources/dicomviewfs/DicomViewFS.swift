import ArgumentParser

@main
struct DicomViewFS: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dicomviewfs")
}
