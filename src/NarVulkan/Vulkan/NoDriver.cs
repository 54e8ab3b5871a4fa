namespace NarVulkan.Vulkan;

/// <summary>What to say where there is no Vulkan driver: none is installed, or the environment sends the loader to where none is.</summary>
internal static class NoDriver
{
    /// <summary>Where nothing of Vulkan is there, not even its loader.</summary>
    public const string Install = "no Vulkan driver was found; install one, e.g. `apt-get install libvulkan1 mesa-vulkan-drivers` for the software driver";

    /// <summary>What the loader reads instead of the folders of the system; the first that is set counts, and the last adds to it.</summary>
    private static readonly string[] Variables = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"];

    public static string Message => For(Environment.GetEnvironmentVariable);

    /// <param name="environment">The value of a variable; null: it is not set.</param>
    internal static string For(Func<string, string?> environment)
    {
        foreach (string variable in Variables)
        {
            string[] paths = environment(variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
            if (paths.Length == 0)
            {
                continue;
            }
            return paths.FirstOrDefault(path => !File.Exists(path) && !Directory.Exists(path)) is { } missing
                ? $"no Vulkan driver was found; {variable} names {missing}, which does not exist: mend or unset it"
                : $"no Vulkan driver was found by {variable} ({string.Join(Path.PathSeparator, paths)}): the libraries that its files name do not load here; mend or unset it";
        }
        return Install;
    }
}
