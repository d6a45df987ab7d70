// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode, what a module shows is said in its imports, and no warning stays.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // Modules are rooms, not walls: what is asked for a million times is inlined across them.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// `make soak ONLY=fuzzing` builds with libFuzzer, and what is fuzzed with its counters.
let isFuzzed = Context.environment["ZPAY_FUZZING"] == "1"
let counted = strict + (isFuzzed ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

let package = Package(
  name: "zpay",
  products: [.executable(name: "zpay", targets: ["zpay"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // The C libraries, as the system has them.
    .systemLibrary(
      name: "CXLSXWriter", pkgConfig: "xlsxwriter",
      providers: [.apt(["libxlsxwriter-dev"]), .brew(["libxlsxwriter"])]),
    .systemLibrary(
      name: "CMinizip", pkgConfig: "minizip",
      providers: [.apt(["libminizip-dev"]), .brew(["minizip"])]),
    .systemLibrary(
      name: "CISAL", pkgConfig: "libisal",
      providers: [.apt(["libisal-dev"]), .brew(["isa-l"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CFolders"),

    // What people start from, built into the program.
    .target(
      name: "Templates", path: "Templates", exclude: ["README.md"],
      resources: [
        .embedInCode("plan.yaml"), .embedInCode("cases.csv"), .embedInCode("conferences.csv"),
        .embedInCode("physicians.csv"), .embedInCode("standing.csv"),
        .embedInCode("statement.yaml"),
      ], swiftSettings: strict),

    // The data's way through the house: see Sources/README.md.
    .target(name: "Vocabulary", swiftSettings: counted),
    .target(
      name: "Ingest",
      dependencies: ["Vocabulary", "Yams", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: counted),
    .target(name: "Rules", dependencies: ["Vocabulary"], swiftSettings: counted),
    .target(name: "Reports", dependencies: ["Vocabulary"], swiftSettings: counted),
    .target(name: "XLSXWriter", dependencies: ["CXLSXWriter"], swiftSettings: strict),
    .target(name: "Packages", dependencies: ["CMinizip", "CISAL"], swiftSettings: counted),
    .target(
      name: "Writers",
      dependencies: [
        "Vocabulary", "Reports", "XLSXWriter", "Packages", "CFolders",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: counted),
    .target(
      name: "Ledger",
      dependencies: [
        "Vocabulary", "CSQLite", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "Vocabulary", "Ingest", "Rules", "Reports", "Writers", "Ledger", "Templates", "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .executableTarget(name: "zpay", dependencies: ["Commands"], swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Vocabulary", "Ingest", "Rules", "Packages"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "VocabularyTests", dependencies: ["Vocabulary", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "IngestTests", dependencies: ["Vocabulary", "Ingest", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RulesTests", dependencies: ["Vocabulary", "Rules", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LedgerTests",
      dependencies: [
        "Ledger", "Vocabulary", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Vocabulary", "Reports", "Templates", "TestSupport",
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .testTarget(
      name: "PropertyTests",
      dependencies: [
        "Vocabulary", "Ingest", "Rules", "Reports", "Writers", "Templates", "TestSupport",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PackagesTests", dependencies: ["Packages", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "XLSXWriterTests", dependencies: ["XLSXWriter", "Packages"], swiftSettings: strict),
    .testTarget(
      name: "WritersTests",
      dependencies: [
        "Writers", "Reports", "XLSXWriter", "Packages", "Templates", "TestSupport", "Vocabulary",
        .product(name: "Yams", package: "Yams"), .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["check_workbook.py"], swiftSettings: strict),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "zpay", "TestSupport", "Vocabulary", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Golden", "read_workbooks.py", "recalculate.py"], swiftSettings: strict),
  ]
)

if isFuzzed {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Vocabulary", "Ingest", "Rules", "Packages", "TestSupport"],
      path: "Tests/Fuzz", exclude: ["fuzz.py", "seeds"],
      swiftSettings: [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
