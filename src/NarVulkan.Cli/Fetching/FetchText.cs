using System.Text.Json;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Fetching;

/// <summary>What <c>narvk fetch</c> says: the plan, the licences, and what to do with the model.</summary>
internal static class FetchText
{
    /// <summary>What is about to be fetched and under which licence, a line for each model of which something is to be fetched.</summary>
    public static IEnumerable<string> Announcements(FetchRequest request) =>
        from model in request.Models
        where !request.IsComplete(model)
        select $"{model.Name}: {model.Title}; licence: {Licence(model)}; page: {PageOf(request, model)}";

    /// <summary>What is known of a licence, in words.</summary>
    public static string Licence(FetchableModel model) => model.Licence ?? "the project states none";

    /// <summary>A table of the files: what, how large, where from, where to.</summary>
    public static void WritePlan(TextWriter output, FetchRequest request)
    {
        foreach (string line in Announcements(request))
        {
            output.WriteLine(line);
        }
        output.Write(TextTable.Columns(request.Models.SelectMany(request.FilesOf).Select(file => new[]
        {
            State(request, file),
            file.File.Bytes is { } bytes ? ByteText.Of(bytes) : "size not known",
            Source(request, file),
            "-> " + file.Path,
        }).ToList()));
        output.WriteLine("Nothing was asked of any server.");
    }

    public static void WritePlanMembers(Utf8JsonWriter json, FetchRequest request)
    {
        WriteModel(json, request);
        json.WriteStartArray("files");
        foreach (PlannedFile file in request.Models.SelectMany(request.FilesOf))
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("from", Source(request, file));
            json.WriteString("state", State(request, file));
            WriteNumber(json, "bytes", file.File.Bytes);
            json.WriteString("sha256", file.File.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteResultMembers(Utf8JsonWriter json, FetchRequest request, IReadOnlyList<FetchedFile> files, string next)
    {
        WriteModel(json, request);
        json.WriteString("directory", request.DirectoryOf(request.Model));
        json.WriteStartArray("fetched");
        foreach (FetchedFile file in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteNumber("bytes", file.Bytes);
            json.WriteString("sha256", file.Sha256);
            json.WriteBoolean("verified", file.IsVerified);
            json.WriteBoolean("wasThere", file.WasThere);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("next", next);
    }

    /// <summary>A command that uses the model.</summary>
    /// <param name="request">What was fetched.</param>
    /// <param name="isFound">Whether the model is the one that is found by its name.</param>
    public static string Next(FetchRequest request, bool isFound)
    {
        FetchableModel model = request.Model;
        string directory = request.DirectoryOf(model);
        if (!model.IsGenerator && model.Folder.TryGetProperty("text", out _))
        {
            return $"narvk text --model {directory} --prompt \"a red fox in the snow\"";
        }
        if (!model.IsGenerator)
        {
            return $"narvk encode --model {directory} --input {(model.Media == NarMedia.Image ? "picture.png" : "clip.npy")} --dump-tokens t.npy";
        }
        string option = model.Media == NarMedia.Image ? "--image" : "--video";
        string condition = model.Folder.GetProperty("generator").GetProperty("architecture").GetString()!.Contains("-t2i")
            ? model.Folder.TryGetProperty("text", out _) ? "--prompt \"a red fox in the snow\"" : "--condition F.npy --condition-mask M.npy"
            : "--class 0";
        return $"narvk {(isFound ? $"{option} {model.Name}" : $"--model {directory}")} {condition}";
    }

    private static string PageOf(FetchRequest request, FetchableModel model) => request.Endpoint.PageAddress(model.Repository ?? model.Page ?? "").ToString();

    private static string State(FetchRequest request, PlannedFile file) => file switch
    {
        { IsThere: true } when !request.Restart => "there",
        { PartBytes: > 0 and var bytes } when !request.Restart => $"{ByteText.Of(bytes)} there",
        _ => "to fetch",
    };

    private static string Source(FetchRequest request, PlannedFile file) => file.Model.Repository is { } repository
        ? file.File.Remote is [var first, ..]
            ? request.Endpoint.FileAddress(repository, file.Model.Revision, first).ToString()
            : $"{request.Endpoint.PageAddress(repository)}, the only weights file there"
        : $"a repository of {PageOf(request, file.Model)}, named with --repo";

    private static void WriteModel(Utf8JsonWriter json, FetchRequest request)
    {
        json.WriteString("model", request.Model.Name);
        json.WriteString("title", request.Model.Title);
        json.WriteString("licence", request.Model.Licence);
        json.WriteString("endpoint", request.Endpoint.ToString());
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
