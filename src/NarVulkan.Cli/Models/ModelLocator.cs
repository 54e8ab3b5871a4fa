using NarVulkan.Checkpoints;
using NarVulkan.Cli.Fetching;

namespace NarVulkan.Cli.Models;

/// <summary>
/// Finds named models: in <c>--weights</c>, <c>$NARVK_WEIGHTS</c>, the repository's <c>weights/</c>, beside the program, and in the user's
/// data folder, in this order. A known model that is not installed is replaced by the bundled demo of its kind.
/// </summary>
internal sealed class ModelLocator
{
    private const string SolutionFile = "NarVulkan.sln";
    private const string WeightsFolder = "weights";
    private const string UserFolder = "narvk";
    private const string DemoName = "demo";
    private const string PromptModel = "llamagen-xl-t2i-256";

    private static readonly KnownModel[] KnownModels =
    [
        new("ucf", "NAR video generator trained on UCF-101", NarMedia.Video),
        new("imagenet", "NAR image generator trained on ImageNet", NarMedia.Image),
    ];

    private readonly CliConsole console;

    public ModelLocator(CliConsole console, string? weightsOption)
    {
        this.console = console;
        Folders = CollectFolders(weightsOption).DistinctBy(folder => folder.Directory).ToList();
    }

    /// <summary>Where models are looked for, in order.</summary>
    public IReadOnlyList<SearchFolder> Folders { get; }

    /// <summary>Where a model goes that is fetched: the folder that the environment names, or else the user's own; never the sources.</summary>
    public string FetchFolder => console.Environment("NARVK_WEIGHTS") is { } folder ? console.Resolve(folder) : UserDataFolder();

    /// <summary>The folder of the model that is found by this name; null if there is none.</summary>
    public string? DirectoryOf(string name) => Find(name);

    /// <summary>The known models that are not in any folder.</summary>
    public IEnumerable<KnownModel> MissingKnownModels => KnownModels.Where(known => Find(known.Name) is null);

    /// <summary>The model folder for <c>--video NAME</c> or <c>--image NAME</c>.</summary>
    /// <exception cref="ModelFileException">There is none.</exception>
    /// <exception cref="InvalidRequestException">It is no name, or that of a known model of the other kind.</exception>
    public LocatedModel Named(string name, NarMedia media)
    {
        if (name.Length == 0 || name is "." or ".." || name.IndexOfAny(['/', '\\', '\0']) >= 0)
        {
            throw new InvalidRequestException($"{media.OptionName()} takes a model's name, and '{name}' is none; for a folder use --model {name}");
        }
        KnownModel? known = Array.Find(KnownModels, model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if ((Find(name) ?? (known is null ? null : Find(known.Name))) is { } installed)
        {
            return new LocatedModel(installed, null, null, media);
        }
        string demo = KnownModel.DemoOf(media);
        if (name.Equals(DemoName, StringComparison.OrdinalIgnoreCase))
        {
            return new LocatedModel(Find(demo) ?? throw NotInstalled(demo), null, null, media);
        }
        if (known is null)
        {
            throw Unknown(name);
        }
        return known.Media == media
            ? new LocatedModel(Find(demo) ?? throw NotInstalled(name), Substitution(known), known, media)
            : throw new InvalidRequestException($"{known.Name} is for {known.Media.Plural()} ({known.Title}); use {known.Media.OptionName()} {known.Name}");
    }

    /// <summary>The first installed model that makes images of prompts.</summary>
    /// <exception cref="ModelFileException">There is none.</exception>
    public LocatedModel ForPrompts()
    {
        List<(InstalledModel Model, bool HasText)> readers = [];
        foreach (InstalledModel model in Installed().Where(model => !model.Shadowed))
        {
            try
            {
                ModelFolder folder = ModelFolder.Open(model.Directory);
                if (folder.Generator?.Architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage)
                {
                    readers.Add((model, folder.Text is not null));
                }
            }
            catch (ModelFileException)
            {
                // 'narvk models' says what is wrong with it; it must not keep the others from being used.
            }
        }
        List<InstalledModel> ready = [.. readers.Where(reader => reader.HasText).Select(reader => reader.Model)];
        if (ready.Count > 0)
        {
            string? choice = ready.Count == 1 ? null : $"{ready[0].Name} makes it; of the other models that read text, {string.Join(", ", ready.Skip(1).Select(model => model.Name))}, --image NAME takes another";
            return new LocatedModel(ready[0].Directory, choice, null, NarMedia.Image);
        }
        throw readers.Count > 0
            ? new ModelFileException(readers[0].Model.Directory, "makes images from text, but has no text encoder to read --prompt with; get one with 'narvk fetch flan-t5-xl' and name it under \"text\" in narvk.json, as weights/README.md says")
            : new ModelFileException("--prompt", $"no model that makes images from text is installed; get one with 'narvk fetch {PromptModel}' (its text encoder comes with it), or name a folder with --model DIR; looked in {string.Join(", ", Folders.Select(folder => folder.Directory))}");
    }

    /// <summary>Every model folder, with the first of equal names marked as the one that is used.</summary>
    public IReadOnlyList<InstalledModel> Installed()
    {
        List<InstalledModel> found = [];
        foreach (SearchFolder folder in Folders.Where(folder => folder.Exists))
        {
            foreach (string directory in System.IO.Directory.EnumerateDirectories(folder.Directory).Order(StringComparer.Ordinal))
            {
                if (IsModelFolder(directory))
                {
                    string name = Path.GetFileName(directory);
                    found.Add(new InstalledModel(name, directory, found.Exists(other => other.Name == name)));
                }
            }
        }
        return found;
    }

    /// <summary>Whether a folder is laid out like a model: <c>narvk.json</c>, or a hub folder's <c>config.json</c>.</summary>
    public static bool IsModelFolder(string directory) =>
        File.Exists(Path.Combine(directory, "narvk.json")) || File.Exists(Path.Combine(directory, "config.json"));

    private IEnumerable<SearchFolder> CollectFolders(string? weightsOption)
    {
        if (weightsOption is not null)
        {
            string directory = console.Resolve(weightsOption);
            yield return System.IO.Directory.Exists(directory)
                ? new SearchFolder(directory, "--weights")
                : throw new ModelFileException(weightsOption, "there is no such folder, given with --weights");
        }
        if (console.Environment("NARVK_WEIGHTS") is { } fromEnvironment)
        {
            yield return new SearchFolder(console.Resolve(fromEnvironment), "$NARVK_WEIGHTS");
        }
        if (RepositoryRoot() is { } root)
        {
            yield return new SearchFolder(Path.Combine(root, WeightsFolder), "the repository");
        }
        yield return new SearchFolder(Path.Combine(console.ProgramDirectory, WeightsFolder), "beside the program");
        yield return new SearchFolder(UserDataFolder(), "the user's data folder");
    }

    // The launcher says where it lies; a program started in another way looks upwards from its build folder.
    private string? RepositoryRoot()
    {
        if (console.Environment("NARVK_ROOT") is { } root)
        {
            return root;
        }
        for (DirectoryInfo? folder = new(console.ProgramDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
            {
                return folder.FullName;
            }
        }
        return null;
    }

    private string UserDataFolder()
    {
        string data = console.Environment("XDG_DATA_HOME")
            ?? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data, UserFolder);
    }

    private string? Find(string name) => Folders
        .Select(folder => Path.Combine(folder.Directory, name))
        .FirstOrDefault(IsModelFolder);

    private string Substitution(KnownModel known) =>
        $"the real '{known.Name}' model ({known.Title}) is not installed, so the small bundled demo model runs instead; " +
        $"to get the real one, run 'narvk fetch {known.Name}', or put its checkpoint in {Path.Combine(InstallFolder(), known.Name)}, as weights/README.md says";

    // Where a user can best put a model: the first folder that is there.
    private string InstallFolder() => (Folders.FirstOrDefault(folder => folder.Exists) ?? Folders[^1]).Directory;

    private ModelFileException NotInstalled(string name) => new(
        name, $"no such model is installed; looked in {string.Join(", ", Folders.Select(folder => folder.Directory))}");

    private ModelFileException Unknown(string name)
    {
        if (FetchCatalog.Published.Find(name) is { IsGenerator: true } published)
        {
            return new ModelFileException(published.Name, $"is not installed ({published.Title}); get it with 'narvk fetch {published.Name}'");
        }
        List<string> names = [.. Installed().Where(model => !model.Shadowed).Select(model => model.Name), .. KnownModels.Select(known => known.Name)];
        List<string> offered = names.Append(DemoName).Distinct().ToList();
        return new ModelFileException(name, $"there is no model of this name{NearestNames.Hint(name, offered)} " +
            $"(there are {string.Join(", ", offered)}; 'narvk models' shows where it looked)");
    }
}
