using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Fetching;

/// <summary>The models that can be fetched. The project's own list, <c>weights/published.json</c>, travels inside the program.</summary>
/// <param name="Endpoint">Address of the hub, unless the user names another.</param>
/// <param name="Models">In the order of the file.</param>
internal sealed record FetchCatalog(string Endpoint, IReadOnlyList<FetchableModel> Models)
{
    private const string OwnName = "published.json";

    private static readonly Lazy<FetchCatalog> Own = new(ReadOwn);

    /// <summary>The project's own list; read when it is first asked for.</summary>
    public static FetchCatalog Published => Own.Value;

    /// <summary>The model of that name, whatever its case; null if there is none.</summary>
    public FetchableModel? Find(string name) => Models.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The model of that name.</summary>
    /// <exception cref="ModelFileException">There is none.</exception>
    public FetchableModel Require(string name) => Find(name) ?? throw new ModelFileException(
        name, $"no published model of this name is known{NearestNames.Hint(name, Models.Select(model => model.Name))} ('narvk models' lists what can be fetched)");

    /// <summary>The model and everything that it needs, each once, what is needed first.</summary>
    public IReadOnlyList<FetchableModel> WithNeeds(FetchableModel model) => [.. model.Needs.Select(name => Find(name)!), model];

    private static FetchCatalog ReadOwn()
    {
        using Stream stream = typeof(FetchCatalog).Assembly.GetManifestResourceStream(OwnName)
            ?? throw new InvalidOperationException($"the program was built without {OwnName}");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FetchCatalogReader.Read(OwnName, bytes);
    }
}
