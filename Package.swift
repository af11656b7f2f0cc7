// swift-tools-version: 6.2
import PackageDescription

// The modules and the arrows between them (docs/ARCHITECTURE.md). An arrow that is not here does not compile.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "DICOMViewFS",
    products: [
        .executable(name: "dicomviewfs", targets: ["dicomviewfs"]),
        .library(name: "DICOM", targets: ["DICOM"]),
        .library(name: "Conversion", targets: ["Conversion"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // C libraries behind module maps: nothing else in the package imports C directly.
        .systemLibrary(name: "CFuse", pkgConfig: "fuse3", providers: [.apt(["libfuse3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),

        // Pure: bytes in, values out. No file is opened and no clock is read below this line.
        .target(name: "Digests", dependencies: ["CCrypto"], swiftSettings: settings),
        .target(name: "DICOM", dependencies: ["CZlib"], swiftSettings: settings),
        .target(name: "ByteLayout", swiftSettings: settings),
        .target(name: "Conversion", dependencies: ["DICOM", "ByteLayout", "Digests"], swiftSettings: settings),

        // What is on disk, and which instances each view holds.
        .target(
            name: "Archive",
            dependencies: [
                "DICOM", "Digests", "CLinux", .product(name: "GRDB", package: "GRDB.swift"),
                // Rows are bound and stepped on GRDB's statements directly: no allocation for each column of each file.
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Views", dependencies: ["Archive", "Conversion", "ByteLayout", "DICOM", "Digests"],
            swiftSettings: settings),

        // The file system: its vocabulary, the views spoken in it, and libfuse.
        .target(
            name: "VFS", dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: settings),
        .target(
            name: "ViewTree",
            dependencies: [
                "VFS", "Views", "Archive", "ByteLayout", "Digests", "CLinux",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),
        .target(
            name: "FUSE",
            dependencies: ["VFS", "CFuse", "CLinux", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: settings),

        .executableTarget(
            name: "dicomviewfs",
            dependencies: [
                "DICOM", "ByteLayout", "Conversion", "Archive", "Views", "VFS", "ViewTree", "FUSE", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),

        .testTarget(name: "DICOMTests", dependencies: ["DICOM", "CZlib"], swiftSettings: settings),
        .testTarget(name: "ByteLayoutTests", dependencies: ["ByteLayout"], swiftSettings: settings),
        .testTarget(
            name: "ConversionTests", dependencies: ["Conversion", "DICOM", "ByteLayout"], swiftSettings: settings),
        .testTarget(
            name: "ArchiveTests",
            // A journal that a former version wrote.
            dependencies: ["Archive", "DICOM", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        .testTarget(
            name: "ViewsTests",
            dependencies: [
                "Views", "Archive", "Conversion", "DICOM", "ByteLayout",
                // An index that somebody else wrote into.
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ViewTreeTests", dependencies: ["ViewTree", "Views", "Archive", "VFS", "DICOM"],
            swiftSettings: settings),
        .testTarget(name: "FUSETests", dependencies: ["FUSE", "VFS"], swiftSettings: settings),
        .testTarget(name: "MountTests", dependencies: ["dicomviewfs", "DICOM", "CLinux"], swiftSettings: settings),
    ]
)
