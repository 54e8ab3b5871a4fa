using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>A driver with VK_EXT_memory_budget, whether the real one has it or not: each heap has what a test says, and in use what another process has.</summary>
internal sealed unsafe class BudgetVulkan : InterposedVulkan
{
    private readonly Func<ulong> _budget, _usage;

    private BudgetVulkan(INativeContext loader, Func<ulong> budget, Func<ulong> usage)
        : base(loader) => (_budget, _usage) = (budget, usage);

    private delegate void Gets(nint device, ChainLink* properties);

    private delegate Result Enumerates(nint device, byte* layer, uint* count, ExtensionProperties* properties);

    /// <param name="budget">Bytes that this process may have of each heap.</param>
    /// <param name="usage">Bytes that it has.</param>
    public static Func<Vk> Loader(Func<ulong> budget, Func<ulong> usage) => () => new Vk(new BudgetVulkan(Vk.GetApi().Context, budget, usage));

    protected override Delegate? Replace(string command, nint real) => command switch
    {
        "vkGetPhysicalDeviceMemoryProperties2" => new Gets((device, properties) =>
        {
            ((delegate* unmanaged<nint, ChainLink*, void>)real)(device, properties);
            for (var at = properties; at is not null; at = at->PNext)
            {
                for (var heap = 0; at->SType == StructureType.PhysicalDeviceMemoryBudgetPropertiesExt && heap < 16; heap++)
                {
                    ((PhysicalDeviceMemoryBudgetPropertiesEXT*)at)->HeapBudget[heap] = _budget();
                    ((PhysicalDeviceMemoryBudgetPropertiesEXT*)at)->HeapUsage[heap] = _usage();
                }
            }
        }),
        // One more at the end of the real list; a driver that has it already names it twice, which nobody minds.
        "vkEnumerateDeviceExtensionProperties" => new Enumerates((device, layer, count, properties) =>
        {
            var room = properties is null ? 0 : *count;
            *count = properties is null ? 0 : Math.Max(room, 1) - 1;
            var result = ((delegate* unmanaged<nint, byte*, uint*, ExtensionProperties*, Result>)real)(device, layer, count, properties);
            if (properties is not null && room > *count)
            {
                var added = new ExtensionProperties { SpecVersion = 1 };
                for (var i = 0; i < "VK_EXT_memory_budget"u8.Length; i++)
                {
                    added.ExtensionName[i] = "VK_EXT_memory_budget"u8[i];
                }

                properties[*count] = added;
            }

            (*count)++;
            return result;
        }),
        _ => null,
    };
}
