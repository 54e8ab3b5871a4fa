namespace PipelineReport;

/// <summary>The machine code of one pipeline, in the driver's own words. Drivers name the same thing differently; null: not said.</summary>
/// <param name="SubgroupSize">Lanes of a subgroup that it was compiled for.</param>
/// <param name="Values">Name and value of each statistic, in the driver's order.</param>
internal sealed record PipelineStatistics(uint SubgroupSize, IReadOnlyList<(string Name, double Value)> Values)
{
    /// <summary>Registers of a lane.</summary>
    public double? VectorRegisters => Find("VGPRs", "Register Count", "GRF registers");

    /// <summary>Registers of a subgroup.</summary>
    public double? ScalarRegisters => Find("SGPRs");

    /// <summary>Registers that found no place, of either kind.</summary>
    public double? SpilledRegisters => Sum("Spilled VGPRs", "Spilled SGPRs", "Spill count");

    /// <summary>Bytes of memory that a lane keeps what found no register in, and arrays with computed indices.</summary>
    public double? ScratchBytes => Find("Scratch size", "Local Memory Size", "Scratch Memory Size");

    /// <summary>Bytes of shared memory of a workgroup.</summary>
    public double? SharedBytes => Find("LDS size", "Shared Memory Size", "Workgroup Memory Size");

    /// <summary>Subgroups that fit a SIMD unit at a time.</summary>
    public double? Occupancy => Find("Subgroups per SIMD");

    public double? CodeBytes => Find("Code size", "Binary Size");

    public double? Instructions => Find("Instructions", "Instruction Count");

    /// <summary>Whether anything that should be in registers is in memory.</summary>
    public bool Spills => SpilledRegisters > 0 || ScratchBytes > 0;

    private double? Find(params string[] names)
    {
        foreach (string name in names)
        {
            foreach (var (known, value) in Values)
            {
                if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }
        }
        return null;
    }

    private double? Sum(params string[] names) =>
        names.Select(name => Find(name)).Where(value => value is not null).Aggregate((double?)null, (sum, value) => (sum ?? 0) + value);
}
