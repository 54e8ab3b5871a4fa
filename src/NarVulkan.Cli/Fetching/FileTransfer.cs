using System.Net;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Brings one file from the hub to its place. Goes on where an earlier transfer stopped if the file is still the same, tries again after
/// failures that may pass, and gives the file its name only when size, checksum and kind are right.
/// </summary>
internal sealed class FileTransfer
{
    private readonly HubClient hub;
    private readonly IFetchDisk disk;
    private readonly PlannedFile planned;
    private readonly PartialFile part;
    private readonly TransferProgress progress;
    private readonly CancellationToken cancellation;
    private int candidate;
    private long? wholeBytes;
    private long furthest;
    private bool isContinued;

    private FileTransfer(HubClient hub, IFetchDisk disk, PlannedFile planned, PartialFile part, TransferProgress progress, CancellationToken cancellation)
    {
        this.hub = hub;
        this.disk = disk;
        this.planned = planned;
        this.part = part;
        this.progress = progress;
        this.cancellation = cancellation;
        // What was begun is gone on with, even if it has another name there than the first that is tried.
        furthest = part.Length;
        candidate = Math.Max(0, planned.File.Remote.ToList().FindIndex(remote => planned.Source(remote) == part.Origin?.Source));
    }

    private Uri Address => hub.Endpoint.FileAddress(planned.Model.Repository!, planned.Model.Revision, planned.File.Remote[candidate]);

    private string Where => HubClient.Printable(Address);

    private string? ExpectedSha256 => planned.File.Sha256 ?? part.Origin?.Sha256;

    /// <param name="hub">Who has the file.</param>
    /// <param name="disk">Where it is written.</param>
    /// <param name="sync">Waits until it is on disk.</param>
    /// <param name="planned">The file, with at least one name that it may have in its repository.</param>
    /// <param name="restart">Throws away what is there of it.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellation">Stops it; what has come is kept.</param>
    /// <exception cref="FetchException">The network or the server failed, for good or too often.</exception>
    /// <exception cref="ModelFileException">There is no such file, or it is another than was expected.</exception>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    /// <exception cref="CancelledWithWorkKeptException">It was cancelled.</exception>
    public static async Task<FetchedFile> Run(
        HubClient hub, IFetchDisk disk, IDiskSync sync, PlannedFile planned, bool restart, TransferProgress progress, CancellationToken cancellation)
    {
        using PartialFile part = PartialFile.Open(planned.Path, disk, sync);
        if (restart)
        {
            part.Clear();
        }
        FileTransfer transfer = new(hub, disk, planned, part, progress, cancellation);
        try
        {
            return await transfer.Run();
        }
        catch (OperationCanceledException e) when (part.Length > 0)
        {
            throw new CancelledWithWorkKeptException(
                $"cancelled; {part.Path} keeps {ByteText.Of(part.Length)}, and the same command goes on from there", e);
        }
    }

    private async Task<FetchedFile> Run()
    {
        string? expected, found;
        do
        {
            await new Retries(hub.Patience).Run(Where, Attempt, () => furthest, progress.Pause, cancellation);
            (expected, found) = (ExpectedSha256, part.Sha256());
        }
        while (expected is not null && found != expected && StartsOver());
        if (expected is not null && found != expected)
        {
            part.Clear();
            throw new ModelFileException(Where, $"what came has SHA-256 {found}, but {expected} is expected; nothing of it was kept. Try again, or name another hub with --endpoint");
        }
        long bytes = part.Length;
        if (bytes == 0)
        {
            throw new ModelFileException(Where, "is empty; name the right file with --file");
        }
        try
        {
            FetchedContent.Require(planned.File, part, expected is not null, Where);
        }
        catch (ModelFileException)
        {
            part.Clear();
            throw;
        }
        part.Commit();
        return new FetchedFile(planned.Path, bytes, found, expected is not null);
    }

    // A part that was damaged on disk, or that a server continued with something else, is worth one fresh start.
    private bool StartsOver()
    {
        bool wasContinued = isContinued;
        part.Clear();
        (isContinued, furthest) = (false, 0);
        return wasContinued;
    }

    private async Task<bool> Attempt()
    {
        while (true)
        {
            ResumePoint? resume = ResumeOf(part.Origin);
            using HubAnswer answer = await hub.Get(Address, resume, cancellation);
            if (HubStatus.IsMissing(answer) && candidate + 1 < planned.File.Remote.Count)
            {
                candidate++;
                continue;
            }
            if (resume is not null && IsWhole(answer, resume))
            {
                Reread();
                return true;
            }
            if (resume is not null && !Continues(answer, resume))
            {
                // It has changed, or the server cannot go on in the middle: the next request is for the whole file.
                part.Clear();
                continue;
            }
            HubStatus.Require(answer, hub);
            await Take(answer, answer.Status == HttpStatusCode.PartialContent ? resume : null);
            return true;
        }
    }

    private ResumePoint? ResumeOf(PartOrigin? origin)
    {
        if (origin is null || part.Length == 0 || origin.Source != planned.Source(planned.File.Remote[candidate]))
        {
            return null;
        }
        string? validator = origin.Endpoint == hub.Endpoint.Authority ? origin.Validator : null;
        return validator is null && origin.Sha256 is null ? null : new ResumePoint(part.Length, validator, origin.Sha256);
    }

    private static bool IsSame(HubAnswer answer, ResumePoint resume) =>
        answer.WasConditional || (answer.Sha256 is not null && answer.Sha256 == resume.Sha256);

    // A run that ended between the last byte and the new name leaves a part that nothing can be added to.
    private static bool IsWhole(HubAnswer answer, ResumePoint resume) =>
        answer.Status == HttpStatusCode.RequestedRangeNotSatisfiable && IsSame(answer, resume) && answer.WholeBytes == resume.Offset;

    // Whether an answer to a request for the rest is the rest, or the whole file, or says what is wrong.
    private static bool Continues(HubAnswer answer, ResumePoint resume) => answer.Status switch
    {
        HttpStatusCode.RequestedRangeNotSatisfiable => false,
        HttpStatusCode.PartialContent => IsSame(answer, resume) && answer.From == resume.Offset,
        _ => true,
    };

    private async Task Take(HubAnswer answer, ResumePoint? resume)
    {
        wholeBytes = answer.WholeBytes;
        CheckAnswer(answer, resume);
        if (resume is null)
        {
            part.Begin(new PartOrigin(planned.Source(planned.File.Remote[candidate]), hub.Endpoint.Authority, answer.Validator, answer.Sha256));
        }
        else
        {
            isContinued = true;
            Reread();
        }
        CheckRoom();
        progress.Begin(part.Length);
        long most = wholeBytes ?? planned.File.MostUntoldBytes;
        await BodyReader.Copy(answer, hub.Patience, bytes =>
        {
            if (part.Length + bytes.Length > most)
            {
                part.Clear();
                throw new ModelFileException(Where, $"sends more than the {most} bytes that the file should have; nothing of it was kept");
            }
            part.Append(bytes.Span);
            furthest = Math.Max(furthest, part.Length);
            progress.Fetched(part.Length, wholeBytes);
        }, cancellation);
        if ((wholeBytes ?? planned.File.Bytes) is { } whole && part.Length < whole)
        {
            throw new PassingFaultException($"the connection ended after {part.Length} of {whole} bytes");
        }
    }

    private void CheckAnswer(HubAnswer answer, ResumePoint? resume)
    {
        if (answer.Status == HttpStatusCode.PartialContent && resume is null)
        {
            throw new FetchException(Where, "sends a part that was not asked for; check --endpoint");
        }
        if (answer.IsWebPage || answer.IsEncoded)
        {
            throw new FetchException(Where, answer.IsWebPage
                ? "sends a web page instead of the file; check --endpoint, and whether this network wants a login first"
                : "sends the file compressed, which was not asked for; check --endpoint");
        }
        if (planned.File.Sha256 is { } known && answer.Sha256 is { } told && told != known)
        {
            throw new ModelFileException(Where, $"is another file than the one that is known (SHA-256 {told}, not {known}); update narvk, or give --revision of the known one");
        }
        long? expected = planned.File.Bytes ?? answer.LinkedBytes;
        if (expected is not null && wholeBytes is not null && wholeBytes != expected)
        {
            throw new ModelFileException(Where, $"has {wholeBytes} bytes, but {expected} are expected; it is another file, or the server is wrong");
        }
        wholeBytes ??= expected;
        if (wholeBytes > planned.File.MostBytes)
        {
            throw new ModelFileException(Where, $"has {wholeBytes} bytes, more than any file of its kind");
        }
    }

    private void Reread() => part.Rehash(read => progress.Reread(read, part.Length), cancellation);

    private void CheckRoom()
    {
        string folder = Path.GetDirectoryName(planned.Path)!;
        if (wholeBytes - part.Length is { } needed && disk.FreeBytes(folder) is { } free && free < needed)
        {
            throw new OutputFileException(folder, $"has {ByteText.Of(free)} free, but {ByteText.Of(needed)} are needed; free some space, or choose another place with --out");
        }
    }
}
