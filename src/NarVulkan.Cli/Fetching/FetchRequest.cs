namespace NarVulkan.Cli.Fetching;

/// <summary>What is to be fetched, and from where: the command line, worked out.</summary>
internal sealed record FetchRequest
{
    /// <summary>The model that was asked for.</summary>
    public required FetchableModel Model { get; init; }

    /// <summary>It and what it needs, what is needed first.</summary>
    public required IReadOnlyList<FetchableModel> Models { get; init; }

    public required HubEndpoint Endpoint { get; init; }

    /// <summary>The user's token; null where there is none, or where the endpoint may not have it.</summary>
    public required HubToken? Token { get; init; }

    /// <summary>There is a token, but neither the user nor the program itself named the endpoint.</summary>
    public bool TokenIsWithheld { get; init; }

    /// <summary>The folder that gets a folder for each model.</summary>
    public required string Folder { get; init; }

    /// <summary>Fetches again what is there.</summary>
    public bool Restart { get; init; }

    public string DirectoryOf(FetchableModel model) => Path.Combine(Folder, model.Name);

    public IReadOnlyList<PlannedFile> FilesOf(FetchableModel model) =>
        [.. model.Files.Select(file => new PlannedFile(model, file, Path.Combine(DirectoryOf(model), Path.Combine(file.Name.Split('/')))))];

    /// <summary>Whether nothing is left to be fetched of a model.</summary>
    public bool IsComplete(FetchableModel model) => !Restart && FilesOf(model).All(file => file.IsThere);
}
