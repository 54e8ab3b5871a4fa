namespace NarVulkan.Cli.Output;

/// <summary>A device in lines of text, names left and values right.</summary>
internal static class DeviceText
{
    public static string Describe(NarDeviceInfo device)
    {
        List<KeyValuePair<string, string>> rows =
        [
            new("kind", device.Kind),
            new("driver", device.Driver),
            new("Vulkan", device.ApiVersion),
            new("usable", device.Usable ? "yes" : "no: " + (device.WhyNot ?? "it lacks something that is required")),
            .. device.Properties,
        ];
        return $"{device.Index}: {device.Name}{Environment.NewLine}{TextTable.Pairs(rows)}";
    }
}
