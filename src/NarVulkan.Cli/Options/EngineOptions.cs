using System.CommandLine;

namespace NarVulkan.Cli.Options;

/// <summary>Which device computes, and with which weights.</summary>
internal sealed class EngineOptions
{
    public Option<string?> Device { get; } = OptionKinds.Text(
        "--device", "N|NAME|auto", "the Vulkan device, by number or part of its name (default auto: discrete, integrated, then software)");

    public Option<NarPrecision?> Precision { get; } = OptionKinds.Choice(
        "--precision",
        "weights on the device (default: what costs no quality; q8 halves fp16 again and costs a little)",
        ("fp32", NarPrecision.Float32),
        ("fp16", NarPrecision.Float16),
        ("bf16", NarPrecision.BFloat16),
        ("q8", NarPrecision.Q8),
        ("auto", NarPrecision.Auto));

    /// <summary>A folder of compiled shaders that come before the built-in ones, for work on the kernels.</summary>
    public Option<string?> ShaderDirectory { get; } = OptionKinds.Text(
        "--shader-dir", "DIR", "take compiled shaders (NAME.spv) from this folder before the built-in ones; see shaders/README.md");

    public OptionGroup Group => new("Device", Device, Precision, ShaderDirectory);

    /// <exception cref="InvalidRequestException">The folder of shaders does not exist.</exception>
    /// <exception cref="DeviceException">The device's name is empty, which would be part of every name.</exception>
    public NarContextOptions ReadContext(ParseResult arguments, CliConsole console) => new()
    {
        Device = Named(arguments.GetValue(Device) ?? "auto"),
        ShaderDirectory = arguments.GetValue(ShaderDirectory) is { } folder ? Existing(console.Resolve(folder)) : null,
    };

    public NarPrecision ReadPrecision(ParseResult arguments) => arguments.GetValue(Precision) ?? NarPrecision.Auto;

    private static string Named(string device) => string.IsNullOrWhiteSpace(device)
        ? throw new DeviceException("--device: the name is empty; give a number or a part of a name that 'narvk devices' lists, or auto")
        : device;

    private static string Existing(string folder) => Directory.Exists(folder)
        ? folder
        : throw new InvalidRequestException($"--shader-dir: there is no folder {folder}");
}
