namespace Silk.NET.Core.Loader;

/// <summary>A native function that the library or driver does not have.</summary>
public class SymbolLoadingException : Exception
{
    public SymbolLoadingException(string symbol)
        : base($"Native function not found: {symbol}")
    {
    }

    public SymbolLoadingException(string symbol, string msg)
        : base($"Native function not found: {symbol}: {msg}")
    {
    }
}
