using BindingGenerator;

// dotnet run --project tools/BindingGenerator -- [vk.xml] [output folder]
// Debian's libvulkan-dev puts the registry at the default path.
string registryPath = args.Length > 0 ? args[0] : "/usr/share/vulkan/registry/vk.xml";
string output = args.Length > 1 ? args[1] : Path.Combine("src", "Bindings", "Silk.NET.Vulkan", "Generated");
string list = Path.Combine(AppContext.BaseDirectory, "commands.txt");
string later = Path.Combine(AppContext.BaseDirectory, "later.xml");

if (!File.Exists(registryPath))
{
    Console.Error.WriteLine($"{registryPath}: no such file. Install libvulkan-dev, or give the path of the Khronos registry vk.xml.");
    return 2;
}

if (!Directory.Exists(output))
{
    Console.Error.WriteLine($"{output}: no such folder. Run from the root of the repository, or give the output folder.");
    return 2;
}

try
{
    var selection = Selection.Load(list);
    var files = Generator.Run(Registry.Load(registryPath, selection.EnumerantVendors, later), selection);
    foreach (string stale in Directory.EnumerateFiles(output, "*.g.cs").Where(f => !files.ContainsKey(Path.GetFileName(f))))
    {
        File.Delete(stale);
    }

    foreach (var (name, text) in files)
    {
        File.WriteAllText(Path.Combine(output, name), text);
    }

    Console.WriteLine($"{files.Count} files written to {output}");
    return 0;
}
catch (InvalidDataException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
