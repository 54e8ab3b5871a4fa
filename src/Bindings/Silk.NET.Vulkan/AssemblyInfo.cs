using System.Runtime.CompilerServices;

// Every signature here is blittable: calls go straight through, without marshalling stubs.
[assembly: DisableRuntimeMarshalling]
