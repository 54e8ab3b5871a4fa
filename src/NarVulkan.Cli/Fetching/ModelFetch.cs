using NarVulkan.Checkpoints;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Fetching;

/// <summary>Fetches a model and what it needs: file after file, then its <c>narvk.json</c>.</summary>
internal sealed class ModelFetch(FetchRequest request, FetchServices services, Reporter reporter)
{
    /// <summary>Fetches what is not there; all files, in order.</summary>
    /// <exception cref="FetchException">The network or the server failed, or another process is at it.</exception>
    /// <exception cref="ModelFileException">A file is missing there, or is not what was expected.</exception>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public IReadOnlyList<FetchedFile> Run(CancellationToken cancellation)
    {
        CheckRoom();
        using HubClient hub = new(request.Endpoint, request.Token, services.Patience);
        List<FetchedFile> files = [];
        foreach (FetchableModel model in request.Models)
        {
            files.AddRange(Fetch(hub, model, cancellation));
        }
        return files;
    }

    private List<FetchedFile> Fetch(HubClient hub, FetchableModel model, CancellationToken cancellation)
    {
        using ModelDirectory directory = ModelDirectory.Open(request.DirectoryOf(model));
        List<FetchedFile> files = [];
        foreach (PlannedFile planned in request.FilesOf(model))
        {
            cancellation.ThrowIfCancellationRequested();
            FetchedFile file = !request.Restart && planned.IsThere ? AlreadyThere(planned) : Fetch(hub, planned, cancellation);
            reporter.Note($"{file.Path}: {ByteText.Of(file.Bytes)}, {Verdict(file)}");
            files.Add(file);
        }
        // Of what was there before nothing is known; what was written of it then stays.
        if (files.Any(file => !file.WasThere))
        {
            ChecksumFile.Add(directory.Path, files.Where(file => !file.WasThere).Select(file => (System.IO.Path.GetRelativePath(directory.Path, file.Path), file.Sha256!)));
        }
        bool isWritten = FolderManifest.Write(model, directory.Path, request.Restart);
        Summarize(directory.Path, isWritten);
        return files;
    }

    private FetchedFile Fetch(HubClient hub, PlannedFile planned, CancellationToken cancellation) => reporter.Progress.Show(show =>
    {
        TransferProgress progress = new(show, Path.GetFileName(planned.Path));
        return Fetch(hub, planned, progress, cancellation).GetAwaiter().GetResult();
    });

    private async Task<FetchedFile> Fetch(HubClient hub, PlannedFile planned, TransferProgress progress, CancellationToken cancellation)
    {
        if (planned.File.Remote.Count == 0)
        {
            planned = await Locate(hub, planned, progress, cancellation);
        }
        return await FileTransfer.Run(hub, services.Disk, services.Sync, planned, request.Restart, progress, cancellation);
    }

    private static async Task<PlannedFile> Locate(HubClient hub, PlannedFile planned, TransferProgress progress, CancellationToken cancellation)
    {
        Uri address = hub.Endpoint.ListingAddress(planned.Model.Repository!, planned.Model.Revision);
        RemoteFile remote = await new Retries(hub.Patience).Run(
            HubClient.Printable(address), () => HubListing.FindWeights(hub, address, cancellation), static () => 0, progress.Pause, cancellation);
        FetchableFile file = planned.File;
        return planned with { File = file with { Remote = [remote.Path], Bytes = file.Bytes ?? remote.Bytes, Sha256 = file.Sha256 ?? remote.Sha256 } };
    }

    private static FetchedFile AlreadyThere(PlannedFile planned)
    {
        long bytes = new FileInfo(planned.Path).Length;
        return planned.File.Bytes is { } expected && bytes != expected
            ? throw new ModelFileException(planned.Path, $"has {bytes} bytes, but {expected} are expected; fetch it again with --restart")
            : new FetchedFile(planned.Path, bytes, null, IsVerified: false);
    }

    private static string Verdict(FetchedFile file) => file.WasThere ? "was there already"
        : file.IsVerified ? "its SHA-256 is right"
        : $"SHA-256 {file.Sha256}, which neither narvk nor the hub knows beforehand";

    private void Summarize(string directory, bool isWritten)
    {
        try
        {
            ModelFolder folder = ModelFolder.Open(directory);
            string path = (folder.Generator?.WeightsPath ?? folder.Tokenizer?.WeightsPath ?? folder.Text?.WeightsPath)!;
            InspectedFile file = InspectedFile.Read(path, Path.GetFileName(path));
            reporter.Note($"{folder.Name}: {ModelSummary.Of(folder)}; {file.Name} is {InspectionText.Describe(file.Model)}");
        }
        catch (ModelFileException) when (isWritten)
        {
            // A folder that is of no use is not to be listed as a model.
            File.Delete(Path.Combine(directory, ModelFolder.ManifestName));
            reporter.Note("what was fetched stays, but cannot be read; with --restart the same command fetches it anew");
            throw;
        }
    }

    // What is known beforehand; of the rest every file is looked at when the server tells its size.
    private void CheckRoom()
    {
        long needed = request.Models.SelectMany(request.FilesOf)
            .Where(file => request.Restart || !file.IsThere)
            .Sum(file => Math.Max(0, (file.File.Bytes ?? 0) - file.PartBytes));
        string? existing = request.Folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }
        if (existing is not null && services.Disk.FreeBytes(existing) is { } free && free < needed)
        {
            throw new OutputFileException(request.Folder, $"has {ByteText.Of(free)} free, but {ByteText.Of(needed)} are needed; free some space, or choose another place with --out");
        }
    }
}
